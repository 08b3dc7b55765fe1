/** What an export of a range would have in it. */
import { partsOf, timeOf, type Zone } from "@/lib/zone";
import type { Gap, Recorded } from "../archive/recorded";
import { covered, type Span, within } from "../archive/span";

export interface ExportFacts {
  lengthMs: number;
  footageMs: number;
  /** What is missing in it, with its reasons. */
  gaps: Gap[];
  /** Why it cannot be had now, for people; null: it can. */
  refusal: string | null;
  /** null: the bit rate is not known. */
  bytes: number | null;
}

/** What the archive says of `range`; `bitrate` is that of the device now, in bits a second. */
export function exportFacts(known: Recorded, range: Span, bitrate: number | null): ExportFacts {
  const footageMs = covered(known.recorded, range);
  const gaps = within(known.gaps, range);
  const unreachable = within(known.unreachable, range)[0];
  const missing = gaps[0];
  const refusal =
    unreachable !== undefined
      ? unreachable.sentence
      : footageMs === 0 && missing !== undefined
        ? `There is no footage in it: ${missing.sentence}`
        : null;
  return {
    lengthMs: range.to - range.from,
    footageMs,
    gaps,
    refusal,
    bytes: bitrate === null || footageMs === 0 ? null : (footageMs / 1000) * (bitrate / 8),
  };
}

const two = (value: number) => String(value).padStart(2, "0");

/** The value of a field for date and time, in `zone`: `2026-11-21T14:05:09`. */
export function fieldText(ms: number, zone: Zone): string {
  const { year, month, day, hour, minute, second } = partsOf(ms, zone);
  return `${year}-${two(month + 1)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
}

/**
 * What is typed in such a field, in ms; null: no time yet. Seconds may be left out. Of a time that comes
 * twice, as clocks go back, it is the one nearer to `beforeMs`, which stood there before.
 */
export function fieldTime(text: string, zone: Zone, beforeMs: number): number | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?/.exec(text);
  if (found === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  const first = timeOf(zone, year, month - 1, day, hour, minute, second);
  const again = comesAgain(first, zone);
  return again !== null && Math.abs(again - beforeMs) < Math.abs(first - beforeMs) ? again : first;
}

// When clocks show once more what they show at `ms`; null: never.
function comesAgain(ms: number, zone: Zone): number | null {
  if (zone === "utc") return null;
  const minutesWestOf = (at: number) => new Date(at).getTimezoneOffset();
  const again = ms + (minutesWestOf(ms + 86_400_000) - minutesWestOf(ms)) * 60_000;
  return again > ms && fieldText(again, zone) === fieldText(ms, zone) ? again : null;
}
