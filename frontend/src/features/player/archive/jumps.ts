/** Where to look for the event before or after a moment: days whose minutes are not loaded, the nearest first. */
import { mayHaveEvents } from "./events";
import type { MinuteBlock } from "./minutes";
import type { Span } from "./span";
import { DAY_MS } from "./stretches";

/**
 * The days (of UTC) of `older` between `fromMs` and `untilMs` that may have events, in the order in which they are to
 * be looked through. `untilMs` before `fromMs`: backwards. `blocks`: what is known of them already, coarsely.
 */
export function daysToLookThrough(
  fromMs: number,
  untilMs: number,
  older: Span,
  blocks: readonly MinuteBlock[],
): Span[] {
  const from = Math.max(Math.min(fromMs, untilMs), older.from);
  const to = Math.min(Math.max(fromMs, untilMs), older.to);
  const days: Span[] = [];
  for (let day = Math.floor(from / DAY_MS) * DAY_MS; day < to; day += DAY_MS) {
    const span = { from: day, to: Math.min(day + DAY_MS, older.to) };
    if (mayHaveEvents(blocks, { from: Math.max(day, older.from), to: span.to })) days.push(span);
  }
  return untilMs < fromMs ? days.reverse() : days;
}
