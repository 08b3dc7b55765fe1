import { clock, day, duration } from "@/lib/format";
import type { Zone } from "@/lib/zone";
import type { MosaicTile } from "../archive/mosaicTiles";
import { TilePicture } from "../archive/TilePicture";
import { activityText, type Moment, spanText } from "./moment";
import classes from "./Timeline.module.css";

/** What is at the pointer: the minute's picture with its time and activity, or why there is none. */
export function HoverCard({
  ms,
  x,
  width,
  moment,
  tile,
  zone,
}: {
  ms: number;
  /** Where it belongs, in pixels from the left of the lanes, which are `width` wide. */
  x: number;
  width: number;
  moment: Moment;
  /** null: no picture of it is known. */
  tile: MosaicTile | null;
  zone: Zone;
}) {
  if (moment.kind === "future") return null;
  const hasPicture = moment.kind === "footage" || moment.kind === "empty";
  const half = (hasPicture ? 180 : 304) / 2;
  const left = Math.max(half - 8, Math.min(width - half + 8, x));
  return (
    <div
      className={hasPicture ? classes.picture : classes.reason}
      style={{ left }}
      role="tooltip"
      data-testid="time-card"
      data-kind={moment.kind}
    >
      {hasPicture && <TilePicture tile={tile} instead="No picture of this minute" />}
      <p className={classes.head}>
        <span>{moment.span !== null && !hasPicture ? spanText(moment.span, zone) : clock(ms, zone)}</span>
        <span className={classes.quiet}>
          {moment.span !== null && !hasPicture
            ? duration(moment.span.to - moment.span.from)
            : moment.motion !== null
              ? activityText(moment.motion)
              : day(ms, zone)}
        </span>
      </p>
      {moment.sentence !== null && <p className={classes.sentence}>{moment.sentence}</p>}
    </div>
  );
}
