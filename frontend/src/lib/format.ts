/** Times, spans and sizes as people read them. All times are ms since 1970. */
import { partsOf, type Zone } from "./zone";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const two = (value: number): string => String(value).padStart(2, "0");

/** `21:47:32`. */
export function clock(ms: number, zone: Zone): string {
  const { hour, minute, second } = partsOf(ms, zone);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

/** `21:47`. */
export function hourMinute(ms: number, zone: Zone): string {
  const { hour, minute } = partsOf(ms, zone);
  return `${two(hour)}:${two(minute)}`;
}

/** `Fri 20 Nov`, and `Thu 20 Nov 2025` of another year than that of `nowMs`. Without that, no year is said. */
export function day(ms: number, zone: Zone, nowMs?: number): string {
  const parts = partsOf(ms, zone);
  const isOfThisYear = nowMs === undefined || partsOf(nowMs, zone).year === parts.year;
  return `${WEEKDAYS[parts.weekday]} ${parts.day} ${MONTHS[parts.month]}${isOfThisYear ? "" : ` ${parts.year}`}`;
}

/** `Fri 20 Nov 21:47:32`, with the year as `day` has it. */
export function dayAndClock(ms: number, zone: Zone, nowMs?: number): string {
  return `${day(ms, zone, nowMs)} ${clock(ms, zone)}`;
}

/** `2026-11-20 21:47:32 UTC`: what is shown beside a time of the viewer's zone. */
export function utcText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `2026-11-20`, the day of `ms` in the form of addresses and of date inputs. */
export function isoDay(ms: number, zone: Zone): string {
  const { year, month, day: ofMonth } = partsOf(ms, zone);
  return `${year}-${two(month + 1)}-${two(ofMonth)}`;
}

/** ISO 8601 in UTC, without milliseconds where there are none: the form of `?t=`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

/** `0.9 s`, `41 s`, `3 min 12 s`, `7 h 05 min`, `3 d 4 h`: two units at most. Takes ms. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(ms < 0.05 ? 0 : 1).replace(/\.0$/, "")} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${two(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${two(minutes % 60)} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** One unit, for ages that count up: `41 s`, `3 min`, `7 h`, `3 d`. Takes ms. */
export function roughly(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `1.4 GB`: decimal units, as disks are sold. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `12 %` of a share from 0 to 1; `< 1 %` of what is little, and not nothing. */
export function percent(share: number): string {
  const hundredths = share * 100;
  return `${hundredths > 0 && hundredths < 0.5 ? "< 1" : Math.round(hundredths)} %`;
}

/** `3 devices`, `1 device`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;
}
