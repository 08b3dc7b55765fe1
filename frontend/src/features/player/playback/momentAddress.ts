/** The moment in the page's address: `?t=2026-11-21T03:12:05Z`. */
import { isoTime } from "@/lib/format";

const PARAMETER = "t";

/** The moment that a query names, in ms since 1970; null: none, or none that can be read (live is shown then). */
export function momentIn(query: URLSearchParams): number | null {
  const text = query.get(PARAMETER);
  const ms = text === null ? Number.NaN : Date.parse(text);
  // Times that no camera can have had are beyond what can be asked for, too.
  return ms >= 0 ? ms : null;
}

/** Whether the query names a moment that cannot be read: somebody mistyped it, or a link was cut off. */
export function isUnreadable(query: URLSearchParams): boolean {
  return query.has(PARAMETER) && momentIn(query) === null;
}

/** The query with `ms` as its moment, in whole seconds; null: live, without one. */
export function withMoment(query: URLSearchParams, ms: number | null): URLSearchParams {
  const changed = new URLSearchParams(query);
  if (ms === null) changed.delete(PARAMETER);
  else changed.set(PARAMETER, isoTime(Math.floor(ms / 1000) * 1000));
  return changed;
}
