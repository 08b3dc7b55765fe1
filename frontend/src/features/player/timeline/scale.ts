/** From time to place on the screen and back; what zooming and panning make of a view. */
import type { Span } from "../archive/span";

export interface Scale extends Span {
  /** In CSS pixels. */
  width: number;
}

/** What a view may show: nothing before `from`, and of the future only what `leadOf` allows. */
export interface Limits {
  from: number;
  nowMs: number;
}

/** The closest one can look, and how far. */
export const CLOSEST_MS = 10_000;
const WIDEST_MS = 32 * 86_400_000;
// The share of a view that lies beyond now, so that the hot edge is not at the rim.
const LEAD = 0.03;

/** What the zoom buttons step through, in ms. */
export const ZOOM_STEPS: readonly number[] = [
  10,
  30,
  60,
  2 * 60,
  5 * 60,
  10 * 60,
  30 * 60,
  3600,
  2 * 3600,
  6 * 3600,
  12 * 3600,
  24 * 3600,
  2 * 86_400,
  4 * 86_400,
  7 * 86_400,
  14 * 86_400,
  31 * 86_400,
].map((seconds) => seconds * 1000);

export function xOf(scale: Scale, ms: number): number {
  return ((ms - scale.from) / (scale.to - scale.from)) * scale.width;
}

export function timeAt(scale: Scale, x: number): number {
  return scale.from + (x / scale.width) * (scale.to - scale.from);
}

/** How many ms a pixel is. */
export function msPerPixel(scale: Scale): number {
  return (scale.to - scale.from) / Math.max(1, scale.width);
}

/** The view with `ms` staying where it is; `factor` below 1 looks closer. */
export function zoomed(view: Span, ms: number, factor: number): Span {
  return { from: ms - (ms - view.from) * factor, to: ms + (view.to - ms) * factor };
}

export function panned(view: Span, byMs: number): Span {
  return { from: view.from + byMs, to: view.to + byMs };
}

/** What two fingers make of a view: the times that were under them stay under them. */
export function pinched(scale: Scale, before: [number, number], after: [number, number]): Span {
  const first = timeAt(scale, before[0]);
  const second = timeAt(scale, before[1]);
  // Fingers that (nearly) meet would divide by nothing.
  const apart = after[1] - after[0];
  const perPixel = Math.abs(apart) < 4 ? msPerPixel(scale) : (second - first) / apart;
  if (!(perPixel > 0)) return { from: scale.from, to: scale.to };
  const from = (first + second) / 2 - ((after[0] + after[1]) / 2) * perPixel;
  return { from, to: from + scale.width * perPixel };
}

/** The nearest view that is allowed: as long as it was where that fits. */
export function bounded(view: Span, limits: Limits): Span {
  const most = Math.min(WIDEST_MS, (limits.nowMs - limits.from) / (1 - LEAD));
  const length = Math.min(Math.max(CLOSEST_MS, view.to - view.from), Math.max(CLOSEST_MS, most));
  // A view that became shorter or longer than asked for keeps its middle.
  const middle = (view.from + view.to) / 2;
  const from = length === view.to - view.from ? view.from : middle - length / 2;
  const latest = limits.nowMs + LEAD * length - length;
  const placed = Math.min(Math.max(from, limits.from), Math.max(latest, limits.from));
  return { from: placed, to: placed + length };
}

/** The view of `length` that ends at the hot edge. */
export function atNow(length: number, limits: Limits): Span {
  const to = limits.nowMs + LEAD * length;
  return bounded({ from: to - length, to }, limits);
}

export function isInSight(view: Span, ms: number | null): boolean {
  return ms !== null && ms >= view.from && ms <= view.to;
}

// How far to the right the play head may run in a view that goes along with it.
const LATEST = 0.95;

/** The view that keeps the play head in sight: it slides along, and centres on a head that jumped away. */
export function following(view: Span, headMs: number, isLive: boolean, limits: Limits): Span {
  const length = view.to - view.from;
  if (isLive) return atNow(length, limits);
  const share = (headMs - view.from) / length;
  if (share >= 0 && share <= LATEST) return view;
  const aim = share < 0 || share > 1 ? 0.5 : LATEST;
  const placed = bounded(panned(view, headMs - (view.from + aim * length)), limits);
  // At the hot edge there is nothing to slide to: the same view, not a new one.
  return placed.from === view.from && placed.to === view.to ? view : placed;
}

/** Where the time line looks. */
export interface Looking {
  view: Span;
  /** Whether the view goes along with the play head. */
  isFollowing: boolean;
}

/** What is looked at once the play head is at `headMs`. */
export function alongWith(was: Looking, headMs: number, isLive: boolean, limits: Limits): Looking {
  if (!was.isFollowing) return was;
  const next = following(was.view, headMs, isLive, limits);
  return next === was.view ? was : { ...was, view: next };
}

/** Closer (below 1) or wider at `ms`, which stays where it is on the screen.
 *
 * Whoever looks closer beside the play head wants to stay there: the view goes along no more where the head gets out of
 * sight, or so far to the right that going along would move the view at once.
 */
export function zoomedAt(
  was: Looking,
  ms: number,
  factor: number,
  headMs: number | null,
  isLive: boolean,
  limits: Limits,
): Looking {
  const view = bounded(zoomed(was.view, ms, factor), limits);
  const isKept = isLive
    ? isInSight(view, headMs)
    : headMs !== null && following(view, headMs, false, limits) === view;
  return { view, isFollowing: was.isFollowing && isKept };
}

/** The next length of the zoom buttons: -1 closer, 1 wider. */
export function steppedLength(length: number, direction: -1 | 1): number {
  // A length that is a step but for rounding must not be its own neighbour.
  const next =
    direction === 1
      ? ZOOM_STEPS.find((step) => step > length * 1.02)
      : ZOOM_STEPS.findLast((step) => step < length * 0.98);
  return next ?? length;
}

/** How a length is called beside the zoom buttons: "24 h", "45 min", "3 d". */
export function lengthName(length: number): string {
  const units: [number, string][] = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
  ];
  for (const [unit, name] of units) {
    // Two days are 48 h to nobody, and a day is 24 h to everybody.
    const least = name === "d" ? 1.9 : name === "s" ? 0 : 0.95;
    if (length >= least * unit) {
      const value = length / unit;
      return `${value < 3 && Math.abs(value - Math.round(value)) > 0.06 ? value.toFixed(1) : Math.round(value)} ${name}`;
    }
  }
  return "";
}
