/** What of the time line is under the pointer. */
import type { Span } from "../archive/span";
import type { Lanes } from "./lanes";
import { type Scale, xOf } from "./scale";

export type Target = "range-from" | "range-to" | "range" | "head" | "to-head" | "ruler" | "lanes";

export interface Pointed {
  scale: Scale;
  lanes: Lanes;
  headMs: number | null;
  range: Span | null;
  /** A finger is wider than a mouse's point. */
  isTouch: boolean;
}

const HANDLE = { mouse: 7, touch: 18 };
const HEAD = { mouse: 5, touch: 22 };
const EDGE_LABEL = 84;

/** What is at a place. Handles come before the head, the head before what lies under it. */
export function targetAt(x: number, y: number, pointed: Pointed): Target {
  const { scale, lanes, headMs, range, isTouch } = pointed;
  const reach = isTouch ? "touch" : "mouse";
  if (range !== null && y > lanes.ruler.height) {
    const fromX = xOf(scale, range.from);
    const toX = xOf(scale, range.to);
    const nearest = Math.abs(x - fromX) < Math.abs(x - toX) ? "range-from" : "range-to";
    // Where the ends are at one place, each is reached from its own side.
    const meant = toX - fromX < 2 ? (x < fromX ? "range-from" : "range-to") : nearest;
    if (Math.abs(x - (meant === "range-from" ? fromX : toX)) <= HANDLE[reach]) return meant;
  }
  if (headMs !== null) {
    const headX = xOf(scale, headMs);
    const onLabel = y < lanes.ruler.height && Math.abs(x - headX) <= 34;
    if (onLabel || Math.abs(x - headX) <= HEAD[reach]) return "head";
    const label = y < lanes.ruler.height;
    if (label && headX < 0 && x < EDGE_LABEL) return "to-head";
    if (label && headX > scale.width && x > scale.width - EDGE_LABEL) return "to-head";
  }
  if (y < lanes.ruler.height) return "ruler";
  if (range !== null && x > xOf(scale, range.from) && x < xOf(scale, range.to) && y < lanes.footage.top)
    return "range";
  return "lanes";
}

export type MinimapTarget = "window-from" | "window-to" | "window" | "outside";

/** What of the minimap is at `x`: the window's ends, the window, or the rest. */
export function minimapTargetAt(x: number, scale: Scale, view: Span, isTouch: boolean): MinimapTarget {
  const reach = isTouch ? 16 : 6;
  const fromX = xOf(scale, view.from);
  const toX = xOf(scale, view.to);
  // A narrow window is for moving: its ends are then outside of it.
  const inside = Math.min(reach, Math.max(0, (toX - fromX) / 4));
  if (x >= fromX - reach && x <= fromX + inside) return "window-from";
  if (x <= toX + reach && x >= toX - inside) return "window-to";
  return x > fromX && x < toX ? "window" : "outside";
}
