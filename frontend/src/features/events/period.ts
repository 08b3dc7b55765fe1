/** The time that a search is about, as the address says it. All times are ms since 1970. */
import { partsOf, startOfDay, timeOf, type Zone } from "@/lib/zone";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const PERIODS = ["1h", "today", "yesterday", "7d", "span"] as const;
export type PeriodName = (typeof PERIODS)[number];

/** `from` is included, `to` is not; null: no limit on that side. */
export interface Period {
  from: number | null;
  to: number | null;
}

const ALWAYS: Period = { from: null, to: null };

export function isPeriod(text: string | null): text is PeriodName {
  return PERIODS.some((one) => one === text);
}

/** What `?period=`, `?from=` and `?to=` ask for; what is wrong is as if it were not there. */
export function periodOf(address: URLSearchParams, nowMs: number, zone: Zone): Period {
  const midnight = startOfDay(nowMs, zone);
  const name = address.get("period");
  switch (isPeriod(name) ? name : null) {
    case "1h":
      return { from: nowMs - HOUR_MS, to: null };
    case "today":
      return { from: midnight, to: null };
    case "yesterday":
      return { from: dayBefore(midnight, zone), to: midnight };
    case "7d":
      return { from: nowMs - 7 * DAY_MS, to: null };
    case "span":
      return spanOf(address);
    default:
      return ALWAYS;
  }
}

function dayBefore(midnight: number, zone: Zone): number {
  const { year, month, day } = partsOf(midnight, zone);
  return timeOf(zone, year, month, day - 1);
}

function spanOf(address: URLSearchParams): Period {
  const ends = spanEnds(address);
  // Ends in the wrong order name nothing; the first of them counts.
  return endsBeforeItBegins(ends) ? { ...ends, to: null } : ends;
}

/** The ends that `?from=` and `?to=` name, in whatever order: for the fields that they are chosen in. */
export function spanEnds(address: URLSearchParams): Period {
  return { from: momentOf(address.get("from")), to: momentOf(address.get("to")) };
}

/** Whether a span has its ends in the wrong order, so that the second of them does not count. */
export function endsBeforeItBegins({ from, to }: Period): boolean {
  return from !== null && to !== null && to <= from;
}

function momentOf(text: string | null): number | null {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) || ms < 0 ? null : ms;
}

/** A moment as a field for date and time has it: "2026-11-21T14:05", in `zone`. */
export function fieldOf(ms: number | null, zone: Zone): string {
  if (ms === null) return "";
  const { year, month, day, hour, minute } = partsOf(ms, zone);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${year}-${two(month + 1)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** The moment that such a field names; null: none, or not a whole one yet. */
export function ofField(text: string, zone: Zone): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(text);
  if (found === null) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined || year < 1971) return null;
  const ms = timeOf(zone, year, month - 1, day, hour, minute);
  return Number.isNaN(ms) ? null : ms;
}
