/** What the minimap shows. */
import type { Span } from "../archive/span";

const DAY_MS = 86_400_000;
const STEADY_MS = 5 * 60_000;

/** From the begin of the archive (a day ago at the latest) to a little beyond now. */
export function wholeOf(oldestMs: number | null, headMs: number | null, nowMs: number): Span {
  const begin = Math.min(oldestMs ?? nowMs, headMs ?? nowMs, nowMs - DAY_MS);
  const length = nowMs - begin;
  // In steps, so that the whole does not creep with every second.
  const from = Math.floor((begin - length * 0.015) / STEADY_MS) * STEADY_MS;
  const to = Math.ceil((nowMs + length * 0.005) / STEADY_MS) * STEADY_MS;
  return { from, to };
}
