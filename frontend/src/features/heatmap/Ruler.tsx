import { hourMinute } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import type { Period } from "./period";
import classes from "./Ruler.module.css";
import { ticksOf } from "./ticks";

/** Hours above the board, the date at midnight, now, and the time under the pointer. */
export function Ruler({
  period,
  width,
  nowMs,
  cursorMs,
}: {
  period: Period;
  width: number;
  nowMs: number;
  cursorMs: number | null;
}) {
  const { zone } = useZone();
  const x = (ms: number) => ((ms - period.fromMs) / (period.toMs - period.fromMs)) * width;
  const isNowShown = nowMs <= period.toMs && nowMs >= period.fromMs;
  const hides = (ms: number) =>
    (cursorMs !== null && Math.abs(x(ms) - x(cursorMs)) < 48) ||
    (isNowShown && Math.abs(x(ms) - x(nowMs)) < 60);
  return (
    <div className={classes.ruler} aria-hidden style={{ width }}>
      {ticksOf(period.fromMs, period.toMs, width, zone).map(({ ms, label, isMidnight }) => (
        <span
          key={ms}
          className={`${classes.tick} ${label === null ? "" : classes.labelled} ${isMidnight ? classes.midnight : ""}`}
          style={{ left: x(ms) }}
        >
          {!hides(ms) && x(ms) > 16 && x(ms) < width - 20 && label}
        </span>
      ))}
      {isNowShown && (
        <span className={`${classes.pill} ${classes.now}`} style={{ left: Math.min(x(nowMs), width - 18) }}>
          Now
        </span>
      )}
      {cursorMs !== null && (
        <span
          className={`${classes.pill} ${classes.cursor}`}
          style={{ left: Math.max(20, Math.min(x(cursorMs), width - 20)) }}
        >
          {hourMinute(cursorMs, zone)}
        </span>
      )}
    </div>
  );
}
