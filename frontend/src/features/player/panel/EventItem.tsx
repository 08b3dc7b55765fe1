import { useInViewport } from "@mantine/hooks";
import { memo } from "react";
import { ArchivePicture } from "@/components/ArchivePicture";
import { Marked } from "@/components/Marked";
import { Time } from "@/components/Time";
import { type DeviceName, framePath } from "@/lib/deviceAddress";
import { duration } from "@/lib/format";
import type { ArchiveEvent } from "../archive/events";
import { tileAt } from "../archive/mosaicTiles";
import { TilePicture } from "../archive/TilePicture";
import classes from "./EventsTab.module.css";

interface EventItemProps {
  name: DeviceName;
  event: ArchiveEvent;
  /** The running minute. */
  nowMs: number;
  isCurrent: boolean;
  /** Whether its minute is in its hour's mosaic already; what is asked of captions only. */
  hasTile: boolean;
  /** Whether its day is said too: it is another than the one before it in the list. */
  withDay: boolean;
  onSeek: (ms: number) => void;
}

/** One event: its picture or texture, when, how long, and what happened. */
export const EventItem = memo(function EventItem({
  name,
  event,
  nowMs,
  isCurrent,
  hasTile,
  withDay,
  onSeek,
}: EventItemProps) {
  // Pictures of what is scrolled far away are not fetched.
  const { ref, inViewport } = useInViewport<HTMLLIElement>();
  const hasPicture = event.kind === "motion" || event.kind === "freeze" || event.kind === "caption";
  return (
    <li ref={ref}>
      <button
        type="button"
        className={classes.event}
        aria-current={isCurrent || undefined}
        onClick={() => onSeek(event.atMs)}
      >
        {event.kind === "caption" && !hasTile ? (
          <ArchivePicture path={framePath(name, event.atMs)} className={classes.picture} />
        ) : hasPicture && inViewport ? (
          <TilePicture
            tile={tileAt(name, event.atMs, nowMs)}
            instead="No picture"
            className={classes.picture}
          />
        ) : (
          <span className={`${classes.picture} ${classes[event.kind]}`} />
        )}
        <span>
          <span className={classes.head}>
            <Time at={event.from} withDay={withDay} />
            {event.to > event.from && <span className={classes.long}>{duration(event.to - event.from)}</span>}
          </span>
          <span className={classes.sentence}>
            {event.kind === "gap" ? (
              `No footage: ${event.sentence}`
            ) : event.snippet === undefined ? (
              event.sentence
            ) : (
              <Marked pieces={event.snippet} />
            )}
          </span>
        </span>
      </button>
    </li>
  );
});
