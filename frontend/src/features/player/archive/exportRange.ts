/** The range of an export: how it begins, and how its handles move. */
import type { Span } from "./span";

const BEFORE_AND_AFTER_MS = 30_000;
export const SHORTEST_MS = 1_000;
/** The longest that one export may be. */
export const LONGEST_EXPORT_MS = 24 * 3_600_000;

/** What is offered first: half a minute before and after the play head, not beyond now. */
export function rangeAround(headMs: number, nowMs: number): Span {
  const to = Math.min(headMs + BEFORE_AND_AFTER_MS, nowMs);
  return { from: Math.round(to - 2 * BEFORE_AND_AFTER_MS), to: Math.round(to) };
}

/** The range with one of its ends moved to `ms`: the ends neither cross nor go beyond now or 24 hours. */
export function withEnd(range: Span, end: "from" | "to", ms: number, nowMs: number): Span {
  if (end === "from") {
    const from = Math.max(Math.min(ms, range.to - SHORTEST_MS), range.to - LONGEST_EXPORT_MS);
    return { from, to: range.to };
  }
  const to = Math.min(Math.max(ms, range.from + SHORTEST_MS), range.from + LONGEST_EXPORT_MS, nowMs);
  return { from: range.from, to };
}

/** The range with one of its ends typed: beyond the other end it takes that one along, as long as it was. */
export function typedEnd(range: Span, end: "from" | "to", ms: number, nowMs: number): Span {
  const passes = end === "from" ? ms >= range.to : ms <= range.from;
  return passes ? moved(range, ms - range[end], nowMs) : withEnd(range, end, ms, nowMs);
}

/** The whole range moved by `byMs`, not beyond now. */
export function moved(range: Span, byMs: number, nowMs: number): Span {
  const by = Math.min(byMs, nowMs - range.to);
  return { from: range.from + by, to: range.to + by };
}
