/** Which 24 hours a heatmap shows, and how one gets to others. All times are ms since 1970. */
import { isoDay } from "@/lib/format";
import { partsOf, startOfDay, timeOf, type Zone } from "@/lib/zone";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
const SHOWN_MS = 24 * HOUR_MS;

/** `toMs` is not included. Both are whole minutes; a day may have 23 or 25 hours. */
export interface Period {
  fromMs: number;
  toMs: number;
  /** `last`: it moves with the time; `day`: a day of the zone; `to`: 24 hours that end at a time. */
  kind: "last" | "day" | "to";
}

/** The period that an address asks for; what it does not say, or says wrongly, is the last 24 hours. */
export function periodOf(address: URLSearchParams, nowMs: number, zone: Zone): Period {
  const day = dayStart(address.get("day"), zone);
  if (day !== null && day <= nowMs) return { fromMs: day, toMs: nextDay(day, zone), kind: "day" };
  const to = Date.parse(address.get("to") ?? "");
  const end = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS;
  if (!Number.isNaN(to) && to < end) {
    const last = Math.ceil(to / MINUTE_MS) * MINUTE_MS;
    return { fromMs: last - SHOWN_MS, toMs: last, kind: "to" };
  }
  return { fromMs: end - SHOWN_MS, toMs: end, kind: "last" };
}

function dayStart(text: string | null, zone: Zone): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? "");
  if (found === null) return null;
  const start = timeOf(zone, Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  return isoDay(start, zone) === text ? start : null;
}

function nextDay(start: number, zone: Zone): number {
  const { year, month, day } = partsOf(start, zone);
  return timeOf(zone, year, month, day + 1);
}

/** The day before what is shown, as `?day=`. */
export function dayBefore(period: Period, zone: Zone): string {
  // Of 24 hours that end now, most of the first day was not shown: it comes next.
  const shown = period.kind === "day" ? period.fromMs - 1 : period.fromMs;
  return isoDay(startOfDay(shown, zone), zone);
}

/** The day after what is shown, as `?day=`; null: that is in the future. */
export function dayAfter(period: Period, nowMs: number, zone: Zone): string | null {
  if (period.kind === "last") return null;
  const next = period.kind === "day" ? period.toMs : nextDay(startOfDay(period.fromMs, zone), zone);
  return next > nowMs ? null : isoDay(next, zone);
}

/** How many minutes it has. */
export function minutesOf(period: Period): number {
  return Math.round((period.toMs - period.fromMs) / MINUTE_MS);
}

/** What is asked for as one: cells from `fromMs` on. */
export interface Part {
  fromMs: number;
  toMs: number;
}

// Hosts report a minute soon after it is over; this long after it, hardly any minute changes any more.
const STILL_CHANGES_MS = 30 * MINUTE_MS;

/**
 * A period's settled part and the part that grows. Both stay the same for an hour, so that asking again is
 * answered with "unchanged" where nothing came in.
 */
export function partsToAsk(period: Period, nowMs: number): { settled: Part | null; fresh: Part | null } {
  const edge = Math.floor((nowMs - STILL_CHANGES_MS) / HOUR_MS) * HOUR_MS;
  const fromMs = Math.floor(period.fromMs / HOUR_MS) * HOUR_MS;
  if (period.toMs <= edge) return { settled: { fromMs, toMs: period.toMs }, fresh: null };
  const fresh = { fromMs: Math.max(fromMs, edge), toMs: edge + 2 * HOUR_MS };
  return { settled: fromMs < edge ? { fromMs, toMs: edge } : null, fresh };
}
