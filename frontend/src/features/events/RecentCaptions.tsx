import { Button } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useMemo, useState } from "react";
import { Link } from "react-router";
import type { HotCaption } from "@/api/events";
import { devicesQuery } from "@/api/queries";
import { ArchivePicture } from "@/components/ArchivePicture";
import { Time } from "@/components/Time";
import { type DeviceName, framePath, playerPath } from "@/lib/deviceAddress";
import { useMay } from "@/lib/session";
import { MOST_RECENT } from "./eventQueries";
import classes from "./RecentCaptions.module.css";
import { recentWords } from "./recentWords";

const SHOWN_AT_ONCE = 24;

/** A quiet line that tells of captions that are no events yet, and on request all of them. */
export function RecentCaptions({
  captions,
  isNarrowed,
  isOpen,
  onOpen,
  children,
}: {
  captions: readonly HotCaption[];
  /** Whether only some are asked for. */
  isNarrowed: boolean;
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
  /** What else can be done with them. */
  children?: ReactNode;
}) {
  const listId = useId();
  if (captions.length === 0) return null;
  return (
    <section className={classes.recent} aria-label="Captions that are not merged yet">
      <div className={classes.line}>
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={isOpen}
          aria-controls={listId}
          onClick={() => onOpen(!isOpen)}
        >
          {isOpen ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          {recentWords(captions.length, MOST_RECENT, isNarrowed)}
        </button>
        <span className={classes.why}>They become events when they are merged, within two hours.</span>
        {children}
      </div>
      <div id={listId}>{isOpen && <CaptionList captions={captions} />}</div>
    </section>
  );
}

function CaptionList({ captions }: { captions: readonly HotCaption[] }) {
  const mayLook = useMay("archive:read");
  const devices = useQuery({ ...devicesQuery, enabled: mayLook });
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const byCamera = useMemo(() => {
    const known = new Map<string, DeviceName & { label: string }>();
    for (const device of devices.data ?? []) {
      // A camera that was moved has a device at its former host too.
      if (device.external_id !== null && !(device.removed && known.has(device.external_id)))
        known.set(device.external_id, device);
    }
    return known;
  }, [devices.data]);
  return (
    <>
      <ul className={classes.list}>
        {captions.slice(0, shown).map((caption) => {
          const device = byCamera.get(caption.camera_id);
          const atMs = Date.parse(caption.captured_at);
          return (
            <li key={caption.id}>
              <ArchivePicture
                path={device === undefined ? null : framePath(device, atMs)}
                className={classes.picture}
              />
              <div>
                <p className={classes.head}>
                  <Time at={atMs} />
                  <span>{caption.camera}</span>
                </p>
                <p className={classes.text}>
                  {device === undefined ? (
                    caption.text
                  ) : (
                    <Link to={playerPath(device, atMs)}>{caption.text}</Link>
                  )}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
      {shown < captions.length && (
        <p className={classes.more}>
          <Button size="xs" variant="default" onClick={() => setShown((was) => was + SHOWN_AT_ONCE)}>
            Show more
          </Button>
        </p>
      )}
    </>
  );
}
