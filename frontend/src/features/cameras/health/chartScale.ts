/** Where things of a chart are, in pixels, and which marks its ruler has. */
import { day, hourMinute } from "@/lib/format";
import { partsOf, startOfDay, timeOf, type Zone } from "@/lib/zone";
import type { Point } from "./history";
import type { Span } from "./periods";

/** Left and right edge of what is drawn, in px; the words of the axes are outside. */
export interface Box {
  left: number;
  right: number;
}

export function xOf(ms: number, { fromMs, toMs }: Span, { left, right }: Box): number {
  return left + ((ms - fromMs) / (toMs - fromMs)) * (right - left);
}

/** The moment at `x`, kept within the span. */
export function momentAt(x: number, { fromMs, toMs }: Span, { left, right }: Box): number {
  const share = Math.min(1, Math.max(0, (x - left) / Math.max(1, right - left)));
  return Math.min(toMs - 1, fromMs + share * (toMs - fromMs));
}

export interface Mark {
  ms: number;
  label: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
];
const DAY_STEPS = [1, 2, 4, 7, 14];
const WORDS_PX = 68;

/** The marks of a ruler: at round times of the zone's clock, with the date at midnights. */
export function marksOf(span: Span, widthPx: number, zone: Zone): Mark[] {
  const perPixel = (span.toMs - span.fromMs) / Math.max(1, widthPx);
  const step = STEPS.find((one) => one / perPixel >= WORDS_PX);
  const everyDays = DAY_STEPS.find((days) => (days * DAY) / perPixel >= WORDS_PX) ?? 14;
  const marks: Mark[] = [];
  let begin = startOfDay(span.fromMs, zone);
  for (let nth = 0; begin < span.toMs; nth += 1) {
    const { year, month, day: ofMonth } = partsOf(begin, zone);
    const end = timeOf(zone, year, month, ofMonth + 1);
    if (step !== undefined) marks.push(...marksOfDay(begin, end, step, zone));
    else if (nth % everyDays === 0) marks.push({ ms: begin, label: day(begin, zone) });
    begin = end;
  }
  return marks.filter(({ ms }) => ms >= span.fromMs && ms < span.toMs);
}

// By the clock, so that days whose clocks change have their marks at full hours too.
function marksOfDay(begin: number, end: number, step: number, zone: Zone): Mark[] {
  const { year, month, day: ofMonth } = partsOf(begin, zone);
  const marks: Mark[] = [];
  for (let since = 0; since < DAY; since += step) {
    const ms = timeOf(zone, year, month, ofMonth, Math.floor(since / HOUR), (since % HOUR) / MINUTE);
    if (ms >= end || marks.at(-1)?.ms === ms) continue;
    marks.push({ ms, label: since === 0 ? day(ms, zone) : hourMinute(ms, zone) });
  }
  return marks;
}

/** An SVG path through `points`. `y`: of a value. */
export function pathOf(
  points: readonly Point[],
  x: (ms: number) => number,
  y: (value: number) => number,
): string {
  return points
    .map(({ ms, value }, number) => `${number === 0 ? "M" : "L"}${x(ms).toFixed(1)} ${y(value).toFixed(1)}`)
    .join("");
}
