/** Times as people type them: "yesterday 14:20", "fri 14:20", "2026-11-20 03:12", "-3h", "2 h ago". */
import { partsOf, startOfDay, timeOf, type Zone } from "./zone";

/** A time that somebody typed. */
export interface Moment {
  /** ms since 1970; the midnight that begins the day where only a day was typed. */
  ms: number;
  /** Only a day, no time of it. */
  isDay: boolean;
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const UNITS_MS: readonly [RegExp, number][] = [
  [/^s(ec(ond)?s?)?$/, 1_000],
  [/^m(in(ute)?s?)?$/, 60_000],
  [/^h((ou)?rs?)?$/, 3_600_000],
  [/^d(ays?)?$/, 86_400_000],
  [/^w(eeks?)?$/, 7 * 86_400_000],
];
const ISO = /^\d{4}-\d\d-\d\dt\d\d:\d\d(:\d\d(\.\d+)?)?(z|[+-]\d\d:\d\d)?$/;
const MOST_DAYS_BACK = 3_660;

/**
 * The time that `text` means as a whole; null: it is none. Without a day it is the last such time before
 * `nowMs`; a weekday is the last one, today included. Wall-clock times are of `zone`, except with "UTC" behind.
 */
export function parseMoment(text: string, nowMs: number, zone: Zone): Moment | null {
  const words = wordsOf(text);
  return words.length === 0 ? null : momentOf(words, nowMs, zone);
}

/** A time at the beginning or the end of `text`, and what else stands there: "lobby yesterday 14:20". */
export function findMoment(text: string, nowMs: number, zone: Zone): { moment: Moment; rest: string } | null {
  const words = wordsOf(text);
  for (let length = words.length; length > 0; length -= 1) {
    const ends = words.length - length;
    for (const begin of ends === 0 ? [0] : [0, ends]) {
      const moment = momentOf(words.slice(begin, begin + length), nowMs, zone);
      if (moment === null) continue;
      const rest = [...words.slice(0, begin), ...words.slice(begin + length)];
      return { moment, rest: rest.filter((word) => !/^(at|on)$/.test(word)).join(" ") };
    }
  }
  return null;
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[–−]/g, "-")
    .split(/[\s,]+/)
    .filter((word) => word !== "");
}

function momentOf(words: readonly string[], nowMs: number, zone: Zone): Moment | null {
  const ago = agoOf(words);
  if (ago !== null) return ago > MOST_DAYS_BACK * 86_400_000 ? null : { ms: nowMs - ago, isDay: false };
  if (words.length === 1 && ISO.test(words[0] ?? "")) return isoOf(words[0] ?? "", zone);
  const isUtc = words.at(-1) === "utc" || words.at(-1) === "z";
  return wallClockOf(isUtc ? words.slice(0, -1) : words, nowMs, isUtc ? "utc" : zone);
}

function isoOf(word: string, zone: Zone): Moment | null {
  const hasZone = /(z|[+-]\d\d:\d\d)$/.test(word.slice(16));
  const ms = Date.parse(hasZone || zone === "local" ? word : `${word}z`);
  return Number.isNaN(ms) ? null : { ms, isDay: false };
}

// "-3h", "-1h30m", "2 h ago", "1 h 30 min ago", "an hour ago".
function agoOf(words: readonly string[]): number | null {
  const isAgo = words.at(-1) === "ago";
  const text = (isAgo ? words.slice(0, -1) : words).join("").replace(/^an?(?=[a-z])/, "1");
  if (isAgo ? text.startsWith("-") : !text.startsWith("-")) return null;
  const terms = [...text.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)];
  if (terms.length === 0 || terms.map(([term]) => term).join("") !== text.replace(/^-/, "")) return null;
  let sum = 0;
  for (const [, number, name] of terms) {
    const unit = UNITS_MS.find(([names]) => names.test(name ?? ""));
    if (unit === undefined) return null;
    sum += Number(number) * unit[1];
  }
  return sum;
}

interface Day {
  ms: number;
  /** The same day one time further back, where the name means several: a weekday, a date without its year. */
  earlier?: number;
}

function wallClockOf(words: readonly string[], nowMs: number, zone: Zone): Moment | null {
  const named = words.filter((word) => !/^(at|on|last)$/.test(word));
  for (const [count, first] of timesOf(named)) {
    const dayWords = first ? named.slice(count) : named.slice(0, named.length - count);
    const seconds =
      count === 0 ? null : secondsOf((first ? named.slice(0, count) : named.slice(-count)).join(""));
    if (count > 0 && seconds === null) continue;
    if (dayWords.length === 0) {
      if (seconds === null) continue;
      const today = at(startOfDay(nowMs, zone), seconds, zone);
      return { ms: today <= nowMs ? today : at(daysBefore(nowMs, 1, zone), seconds, zone), isDay: false };
    }
    const day = dayOf(dayWords.join(" "), nowMs, zone);
    if (day === null) continue;
    if (seconds === null) return { ms: day.ms, isDay: true };
    const ms = at(day.ms, seconds, zone);
    return {
      ms: ms > nowMs && day.earlier !== undefined ? at(day.earlier, seconds, zone) : ms,
      isDay: false,
    };
  }
  return null;
}

// Where the time may stand: none, or one or two words ("2 pm") first or last. [how many words, whether first].
function timesOf(words: readonly string[]): [number, boolean][] {
  const places: [number, boolean][] = [
    [2, false],
    [1, false],
    [2, true],
    [1, true],
  ];
  return [...places.filter(([count]) => count <= words.length), [0, false]];
}

// Seconds since midnight by the clock: "14:20", "14:20:05", "2pm", "2:20pm", "noon", "midnight".
function secondsOf(word: string): number | null {
  if (word === "noon") return 12 * 3600;
  if (word === "midnight") return 0;
  const found = /^(\d{1,2})(?::(\d\d))?(?::(\d\d))?(am|pm)?$/.exec(word);
  if (found === null) return null;
  const [, hourText, minute, second, half] = found;
  if (minute === undefined && half === undefined) return null;
  let hour = Number(hourText);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half === "pm" ? 12 : 0);
  }
  const [minutes, seconds] = [Number(minute ?? 0), Number(second ?? 0)];
  return hour > 23 || minutes > 59 || seconds > 59 ? null : hour * 3600 + minutes * 60 + seconds;
}

function at(dayMs: number, seconds: number, zone: Zone): number {
  const { year, month, day } = partsOf(dayMs, zone);
  // Through the clock's parts: a day whose clocks change has not 24 hours.
  return timeOf(
    zone,
    year,
    month,
    day,
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  );
}

function daysBefore(ms: number, days: number, zone: Zone): number {
  const { year, month, day } = partsOf(ms, zone);
  return timeOf(zone, year, month, day - days);
}

function dayOf(text: string, nowMs: number, zone: Zone): Day | null {
  if (text === "today") return { ms: startOfDay(nowMs, zone) };
  if (text === "yesterday") return { ms: daysBefore(nowMs, 1, zone) };
  const weekday = named(WEEKDAYS, text);
  if (weekday >= 0) {
    const back = (partsOf(nowMs, zone).weekday - weekday + 7) % 7;
    return { ms: daysBefore(nowMs, back, zone), earlier: daysBefore(nowMs, back + 7, zone) };
  }
  return dateOf(text, nowMs, zone);
}

// "2026-11-20", "20.11.2026", "20.11.", "20 nov", "nov 20 2026".
function dateOf(text: string, nowMs: number, zone: Zone): Day | null {
  const iso = /^(\d{4})-(\d\d?)-(\d\d?)$/.exec(text);
  if (iso !== null) return date(zone, Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
  const dotted = /^(\d\d?)\.(\d\d?)\.(\d{4})?$/.exec(text);
  if (dotted !== null) return withYear(dotted[3], Number(dotted[2]) - 1, Number(dotted[1]), nowMs, zone);
  const worded = /^(?:(\d\d?)\.? ([a-z]+)|([a-z]+) (\d\d?))(?: (\d{4}))?$/.exec(text);
  if (worded === null) return null;
  const month = named(MONTHS, worded[2] ?? worded[3] ?? "");
  return month < 0 ? null : withYear(worded[5], month, Number(worded[1] ?? worded[4]), nowMs, zone);
}

function withYear(
  year: string | undefined,
  month: number,
  day: number,
  nowMs: number,
  zone: Zone,
): Day | null {
  if (year !== undefined) return date(zone, Number(year), month, day);
  const thisYear = partsOf(nowMs, zone).year;
  const now = date(zone, thisYear, month, day);
  const before = date(zone, thisYear - 1, month, day);
  if (now === null || now.ms > nowMs) return before;
  return before === null ? now : { ms: now.ms, earlier: before.ms };
}

function date(zone: Zone, year: number, month: number, day: number): Day | null {
  const ms = timeOf(zone, year, month, day);
  const parts = partsOf(ms, zone);
  return parts.year === year && parts.month === month && parts.day === day ? { ms } : null;
}

// Which of `names` begins with `text`, which has three letters at least; -1: none.
function named(names: readonly string[], text: string): number {
  return text.length < 3 ? -1 : names.findIndex((name) => name.startsWith(text.replace(/\.$/, "")));
}
