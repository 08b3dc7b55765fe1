import { Time } from "@/components/Time";
import type { PreviewEvent } from "./captionTypes";
import classes from "./PreviewStrip.module.css";
import { stripOf } from "./strip";

// What is short must be seen as well, also at the end.
const LEAST_PX = 3;

/** The events beside each other on a strip of time: how much is merged is seen at a glance. Brief ones are hollow. */
export function PreviewStrip({ events }: { events: readonly PreviewEvent[] }) {
  const strip = stripOf(events);
  if (strip === null) return null;
  return (
    <div>
      {/* The table below it says the same in words. */}
      <div className={classes.strip} aria-hidden>
        {strip.blocks.map(({ id, left, width, isBrief }) => (
          <span
            key={id}
            data-brief={isBrief}
            style={{
              left: `min(${(left * 100).toFixed(3)}%, 100% - ${LEAST_PX}px)`,
              width: `${(width * 100).toFixed(3)}%`,
              minWidth: LEAST_PX,
            }}
          />
        ))}
      </div>
      <p className={classes.ends}>
        <Time at={strip.fromMs} withDay />
        <Time at={strip.toMs} withDay />
      </p>
    </div>
  );
}
