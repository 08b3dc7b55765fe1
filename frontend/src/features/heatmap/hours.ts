/** A period as hours of the zone's clock: the rows of one device's 24 × 60. */
import { partsOf, type Zone } from "@/lib/zone";
import type { Cell } from "./layout";
import { HOUR_MS, MINUTE_MS, minutesOf, type Period } from "./period";
import { slice } from "./pictures";
import type { Minutes } from "./series";

/** The last 24 hours of the clock, the running one among them; other periods as they are. */
export function wholeHours(period: Period, nowMs: number, zone: Zone): Period {
  if (period.kind === "day") return period;
  const last = period.kind === "last" ? nowMs : period.toMs - 1;
  const toMs = hourStart(last, zone) + HOUR_MS;
  return { ...period, fromMs: toMs - 24 * HOUR_MS, toMs };
}

/** Where the hour of the zone's clock begins. */
export function hourStart(ms: number, zone: Zone): number {
  const whole = Math.floor(ms / MINUTE_MS) * MINUTE_MS;
  return whole - partsOf(whole, zone).minute * MINUTE_MS;
}

/** Where each hour of a period of whole hours begins: 24, on days when the clock changes 23 or 25. */
export function hoursOf(period: Period): number[] {
  return Array.from({ length: minutesOf(period) / 60 }, (_, hour) => period.fromMs + hour * HOUR_MS);
}

/** The minutes of one hour of a period. */
export function minutesOfHour(minutes: Minutes, period: Period, hourMs: number): Minutes {
  const first = Math.round((hourMs - period.fromMs) / MINUTE_MS);
  return slice(minutes, first, first + 60);
}

/** As `minutesOfHour`, of the minutes that a search has found. */
export function foundOfHour(found: Uint8Array, period: Period, hourMs: number): Uint8Array {
  const first = Math.round((hourMs - period.fromMs) / MINUTE_MS);
  return found.subarray(first, first + 60);
}

/** When a cell of the 24 × 60 begins. */
export function cellTime(cell: Cell, period: Period): number {
  return period.fromMs + cell.row * HOUR_MS + cell.minute * MINUTE_MS;
}
