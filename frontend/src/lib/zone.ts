/** Times in the viewer's zone or in UTC: parts of a time, and back. All times are ms since 1970. */

export type Zone = "local" | "utc";

export interface TimeParts {
  year: number;
  /** 0 to 11. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  /** 0 (Sunday) to 6. */
  weekday: number;
}

export function partsOf(ms: number, zone: Zone): TimeParts {
  const date = new Date(ms);
  if (zone === "utc") {
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth(),
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
      millisecond: date.getUTCMilliseconds(),
      weekday: date.getUTCDay(),
    };
  }
  return {
    year: date.getFullYear(),
    month: date.getMonth(),
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    millisecond: date.getMilliseconds(),
    weekday: date.getDay(),
  };
}

/** The time of a wall clock in `zone`; overflowing parts carry over (day 0 is the day before the first). */
export function timeOf(
  zone: Zone,
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): number {
  return zone === "utc"
    ? Date.UTC(year, month, day, hour, minute, second)
    : new Date(year, month, day, hour, minute, second).getTime();
}

/** The midnight that begins the day of `ms`. */
export function startOfDay(ms: number, zone: Zone): number {
  const { year, month, day } = partsOf(ms, zone);
  return timeOf(zone, year, month, day);
}

/** What the zone is called at `ms`: "CET", "UTC+5:30", "UTC". */
export function zoneName(ms: number, zone: Zone): string {
  if (zone === "utc") return "UTC";
  const parts = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(ms);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "local";
}
