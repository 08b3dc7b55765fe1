/** Which stretches of the archive are asked for: what is settled seldom, what is near now often. */
import { merged, type Span } from "./span";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** The longest range that can be asked for. */
export const LONGEST_MS = 31 * DAY_MS;
const TAIL_MS = 10 * MINUTE_MS;
/** How often what is settled is asked for again. */
export const SETTLED_EVERY_MS = 10 * MINUTE_MS;
// Of a view that is wider than this single minutes could not be told apart anyhow.
const MINUTES_UP_TO_MS = 3 * DAY_MS;

/** The archive up to now in three: `older` (before the last day), `recent`, and `tail`, which grows. */
export interface Stretches {
  older: Span;
  recent: Span;
  tail: Span;
}

/** Ends are rounded, so that the same question comes again until a stretch has become another. */
export function stretchesAt(nowMs: number): Stretches {
  const tailFrom = Math.floor(nowMs / TAIL_MS) * TAIL_MS - TAIL_MS;
  const recentFrom = Math.floor((nowMs - DAY_MS) / (6 * HOUR_MS)) * 6 * HOUR_MS;
  return {
    older: { from: recentFrom - LONGEST_MS + DAY_MS, to: recentFrom },
    recent: { from: recentFrom, to: tailFrom },
    tail: { from: tailFrom, to: tailFrom + 4 * TAIL_MS },
  };
}

/** The days (of UTC) before `older.to` whose single minutes are wanted: those shown, and around `headMs`. */
export function daysOfMinutes(view: Span | null, headMs: number | null, older: Span): Span[] {
  const wanted: Span[] = [];
  if (view !== null && view.to - view.from <= MINUTES_UP_TO_MS) wanted.push(view);
  if (headMs !== null) wanted.push({ from: headMs - 2 * HOUR_MS, to: headMs + 2 * HOUR_MS });
  const days: Span[] = [];
  for (const span of merged(wanted)) {
    const last = Math.min(span.to, older.to);
    for (let day = Math.floor(Math.max(span.from, older.from) / DAY_MS) * DAY_MS; day < last; day += DAY_MS) {
      if (!days.some((one) => one.from === day))
        days.push({ from: day, to: Math.min(day + DAY_MS, older.to) });
    }
  }
  return days;
}
