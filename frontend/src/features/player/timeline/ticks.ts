/** The ruler: where its ticks are and what they say, in either zone, whatever its clocks do. */
import { clock, day, hourMinute } from "@/lib/format";
import { partsOf, startOfDay, timeOf, type Zone } from "@/lib/zone";
import { msPerPixel, type Scale } from "./scale";

export interface Tick {
  ms: number;
  /** Major ticks have words, minor ones have not. */
  isMajor: boolean;
  /** A day begins here: the words are its date. */
  isMidnight: boolean;
  label: string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 4, 8].map((days) => days * DAY),
];

/** How far apart the words and the small ticks of a ruler are at least, in pixels. */
export interface Spacing {
  words: number;
  ticks: number;
}

/** The steps of a ruler: between its words, and between its small ticks. */
export function stepsFor(perPixel: number, spacing: Spacing): { major: number; minor: number } {
  const longest = STEPS.at(-1) ?? DAY;
  const major = STEPS.find((step) => step / perPixel >= spacing.words) ?? longest;
  const minor =
    STEPS.find((step) => step < major && major % step === 0 && step / perPixel >= spacing.ticks) ?? major;
  return { major, minor };
}

/** The ticks of a ruler over `scale`, oldest first. */
export function ticksOf(scale: Scale, zone: Zone, spacing: Spacing): Tick[] {
  const { major, minor } = stepsFor(msPerPixel(scale), spacing);
  const ticks: Tick[] = [];
  for (let begin = startOfDay(scale.from, zone); begin < scale.to; begin = dayAfter(begin, zone)) {
    const end = dayAfter(begin, zone);
    const nth = dayNumber(begin, zone);
    if (nth % Math.max(1, minor / DAY) === 0 && begin >= scale.from) {
      const isMajor = nth % Math.max(1, major / DAY) === 0;
      ticks.push({ ms: begin, isMajor, isMidnight: true, label: day(begin, zone) });
    }
    if (minor < DAY) ticks.push(...ticksOfDay(scale, zone, begin, end, minor, major));
  }
  return ticks;
}

// Clocks are set forward and back by whole hours or by half ones: walking in steps of half an hour at most,
// and asking the clock each time, a skipped hour has no tick and one that comes twice has two.
function ticksOfDay(
  scale: Scale,
  zone: Zone,
  begin: number,
  end: number,
  minor: number,
  major: number,
): Tick[] {
  const ticks: Tick[] = [];
  const stride = Math.min(minor, HOUR / 2);
  const first = Math.max(1, Math.ceil((scale.from - begin) / stride));
  for (let ms = begin + first * stride; ms < Math.min(end, scale.to); ms += stride) {
    const { hour, minute, second } = partsOf(ms, zone);
    const sinceMidnight = hour * HOUR + minute * MINUTE + second * SECOND;
    if (sinceMidnight % minor !== 0) continue;
    const label = major < MINUTE ? clock(ms, zone) : hourMinute(ms, zone);
    ticks.push({ ms, isMajor: sinceMidnight % major === 0, isMidnight: false, label });
  }
  return ticks;
}

function dayAfter(begin: number, zone: Zone): number {
  const parts = partsOf(begin, zone);
  return timeOf(zone, parts.year, parts.month, parts.day + 1);
}

/** Days are counted, so that every second or fourth one has its words wherever the view begins. */
function dayNumber(begin: number, zone: Zone): number {
  const parts = partsOf(begin, zone);
  return Math.round(Date.UTC(parts.year, parts.month, parts.day) / DAY);
}
