import { ActionIcon, Modal, VisuallyHidden } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef } from "react";
import { Link } from "react-router";
import { Loading } from "@/components/PageState";
import { playerPath } from "@/lib/deviceAddress";
import { day, hourMinute, utcText } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import classes from "./Gallery.module.css";
import { MosaicTile } from "./MosaicTile";
import { KIND, kindOf, minuteWords } from "./minuteKind";
import { HOUR_MS, MINUTE_MS } from "./period";
import { mosaicHour } from "./pictures";
import { hostHoursQuery } from "./queries";
import type { Row } from "./rows";
import { useBlobUrl } from "./useBlobUrl";

/** The pictures of an hour, a tile a minute. `row`: of that hour. */
export function Gallery({
  row,
  hourMs,
  nowMs,
  onHour,
  onClose,
}: {
  row: Row;
  hourMs: number;
  nowMs: number;
  /** Another hour; null: there is none there. */
  onHour: { before: (() => void) | null; after: (() => void) | null };
  onClose: () => void;
}) {
  const { zone } = useZone();
  // In zones of half hours, an hour of the clock is in two hours of UTC.
  const firstMs = Math.floor(hourMs / HOUR_MS) * HOUR_MS;
  const hours = useQuery(hostHoursQuery(row, firstMs, hourMs + HOUR_MS));
  const mosaicAt = (ms: number) => hours.data?.mosaics.find((one) => one.hour === mosaicHour(ms));
  const first = useBlobUrl(mosaicAt(firstMs)?.url ?? null, MINUTE_MS);
  const second = useBlobUrl(
    firstMs === hourMs ? null : (mosaicAt(firstMs + HOUR_MS)?.url ?? null),
    MINUTE_MS,
  );
  const list = useRef<HTMLOListElement>(null);
  const isOutOfReach = hours.isError || first.error !== null;
  const minutes = Array.from({ length: 60 }, (_, minute) => hourMs + minute * MINUTE_MS).filter(
    (ms) => ms <= nowMs,
  );
  return (
    <Modal
      opened
      onClose={onClose}
      size="90%"
      title={`${row.label}, ${day(hourMs, zone, nowMs)} ${hourMinute(hourMs, zone)}–${hourMinute(hourMs + HOUR_MS, zone)}`}
      transitionProps={{ duration: 120 }}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className={classes.bar}>
        <ActionIcon
          variant="default"
          aria-label="Previous hour"
          disabled={onHour.before === null}
          onClick={() => onHour.before?.()}
        >
          <IconChevronLeft size={18} stroke={1.75} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label="Next hour"
          disabled={onHour.after === null}
          onClick={() => onHour.after?.()}
        >
          <IconChevronRight size={18} stroke={1.75} />
        </ActionIcon>
        <span role="status">
          {isOutOfReach
            ? `The pictures are not reachable now: ${row.host} does not answer. Each minute still leads to the player.`
            : "Choose a minute to play it."}
        </span>
      </div>
      {hours.isPending ? (
        <Loading what={`${row.host}'s pictures`} />
      ) : (
        <ol ref={list} className={classes.tiles} onKeyDown={(event) => moveFocus(event, list.current)}>
          {minutes.map((atMs, minute) => {
            const url = Math.floor(atMs / HOUR_MS) * HOUR_MS === firstMs ? first.url : second.url;
            const kind = kindOf(row.minutes, minute);
            const words = minuteWords(row.minutes, minute);
            const hasTile =
              hours.data !== undefined && url !== null && kind !== KIND.missing && kind !== KIND.unknown;
            return (
              <li key={atMs}>
                <Link className={classes.tile} to={playerPath(row, atMs)} title={utcText(atMs)}>
                  {hasTile ? (
                    <MosaicTile url={url} grid={hours.data} atMs={atMs} className={classes.picture} />
                  ) : (
                    <span className={`${classes.picture} ${kind === KIND.missing ? classes.missing : ""}`}>
                      <span>{isOutOfReach && kind !== KIND.missing ? "" : words}</span>
                    </span>
                  )}
                  <span className={classes.time}>
                    {hourMinute(atMs, zone)}
                    {hasTile &&
                      (kind === KIND.recorded ? <VisuallyHidden>{words}</VisuallyHidden> : <em>{words}</em>)}
                  </span>
                </Link>
              </li>
            );
          })}
        </ol>
      )}
    </Modal>
  );
}

// Arrows lead from tile to tile, up and down to the one above and below it.
function moveFocus(event: KeyboardEvent<HTMLElement>, list: HTMLOListElement | null): void {
  const links = [...(list?.querySelectorAll("a") ?? [])];
  const here = links.findIndex((link) => link.matches(":focus"));
  const top = links[0]?.offsetTop;
  const columns = Math.max(
    1,
    links.findIndex((link) => link.offsetTop !== top),
  );
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -here,
    End: links.length - 1 - here,
  };
  const step = steps[event.key];
  if (here < 0 || step === undefined) return;
  event.preventDefault();
  links[here + step]?.focus();
}
