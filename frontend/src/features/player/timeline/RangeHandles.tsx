import type { KeyboardEvent } from "react";
import { dayAndClock } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import { withEnd } from "../archive/exportRange";
import type { Span } from "../archive/span";
import { keyMeaning } from "./keys";
import type { Lanes } from "./lanes";
import { type Scale, xOf } from "./scale";
import classes from "./Timeline.module.css";

const SECOND_MS = 1_000;
// As wide as a finger needs; the outline of the focus shows it.
const WIDTH = 24;
// Short views have short steps; a handle goes by the second at least.
const VIEW_FOR_SECONDS_MS = 60_000;

/** The ends of the range for the keyboard. They are drawn on the canvas, which also takes the pointer. */
export function RangeHandles({
  scale,
  lanes,
  range,
  nowMs,
  onRange,
}: {
  scale: Scale;
  lanes: Lanes;
  range: Span;
  nowMs: number;
  onRange: (range: Span) => void;
}) {
  const { zone } = useZone();
  const onKeyDown = (end: "from" | "to") => (event: KeyboardEvent<HTMLElement>) => {
    const meaning = keyMeaning(event.key, event.shiftKey, VIEW_FOR_SECONDS_MS);
    if (meaning?.kind !== "step") return;
    event.preventDefault();
    event.stopPropagation();
    onRange(withEnd(range, end, range[end] + meaning.byMs, nowMs));
  };
  return (["from", "to"] as const).map((end) => (
    <div
      key={end}
      className={classes.handle}
      style={{
        // Each reaches outwards from its end: they never cover one another.
        left: Math.max(0, Math.min(scale.width, xOf(scale, range[end]))) - (end === "from" ? WIDTH : 0),
        top: lanes.activity.top - 2,
        height: lanes.footage.top + lanes.footage.height - lanes.activity.top + 4,
      }}
      role="slider"
      tabIndex={0}
      aria-label={end === "from" ? "Begin of the export" : "End of the export"}
      aria-valuemin={Math.round((range.to - 86_400_000) / SECOND_MS)}
      aria-valuemax={Math.round(nowMs / SECOND_MS)}
      aria-valuenow={Math.round(range[end] / SECOND_MS)}
      aria-valuetext={dayAndClock(range[end], zone)}
      onKeyDown={onKeyDown(end)}
    />
  ));
}
