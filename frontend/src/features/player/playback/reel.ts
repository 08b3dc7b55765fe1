/** What of a device is lined up for playing, and how it goes on. */
import { type Entry, endOf, fileOf, type Reel } from "./playlist";

// A hole shorter than this is none (the time line counts in the same way).
const HOLE_MS = 500;

export function newReel(entries: readonly Entry[]): Reel {
  const [first, ...rest] = entries;
  return {
    sequence: 0,
    breaksBefore: 0,
    entries: first === undefined ? [] : [{ ...first, breaks: false }, ...rest],
  };
}

/** Where the reel ends, in ms since 1970; null: it is empty. */
export function endOfReel(reel: Reel): number | null {
  const last = reel.entries.at(-1);
  return last === undefined ? null : endOf(last);
}

/**
 * The reel with what of `found` comes after its end. `found` is in order; where it does not contain the reel's
 * last entry, what is new begins with a break.
 */
export function extend(reel: Reel, found: readonly Entry[]): Reel {
  const last = reel.entries.at(-1);
  if (last === undefined) return newReel(found);
  const name = fileOf(last);
  const at = found.findLastIndex((entry) => fileOf(entry) === name);
  const later =
    at === -1 ? found.filter((entry) => entry.dateMs >= endOf(last) - HOLE_MS) : found.slice(at + 1);
  const [first, ...rest] = later;
  if (first === undefined) return reel;
  const next = at === -1 ? { ...first, breaks: true } : first;
  return { ...reel, entries: [...reel.entries, next, ...rest] };
}

/**
 * The reel with another piece of the archive behind it, where somebody has jumped to: to a player it is one more
 * break.
 */
export function jump(reel: Reel, piece: readonly Entry[]): Reel {
  const [first, ...rest] = piece;
  if (first === undefined) return reel;
  if (reel.entries.length === 0) return newReel(piece);
  return { ...reel, entries: [...reel.entries, { ...first, breaks: true }, ...rest] };
}

/** The reel without the entries before the media sequence number `sequence`. */
export function trimTo(reel: Reel, sequence: number): Reel {
  return without(reel, sequence - reel.sequence);
}

/** Whether `found` goes on from the reel's last entry without leaving anything out. */
export function isNextTo(reel: Reel, found: readonly Entry[]): boolean {
  const last = reel.entries.at(-1);
  return last !== undefined && found.some((entry) => fileOf(entry) === fileOf(last));
}

/** The reel without what ended before `ms`; the last entry stays. */
export function trim(reel: Reel, ms: number): Reel {
  const kept = reel.entries.findIndex((entry) => endOf(entry) > ms);
  return without(reel, kept === -1 ? reel.entries.length - 1 : kept);
}

function without(reel: Reel, count: number): Reel {
  if (count <= 0) return reel;
  const gone = reel.entries.slice(0, count);
  return {
    sequence: reel.sequence + gone.length,
    breaksBefore: reel.breaksBefore + gone.filter((entry) => entry.breaks).length,
    entries: reel.entries.slice(count),
  };
}

/** A moment's place on the reel: the entry that shows it, or the next one where nothing does; null: none. */
export function placeOn(entries: readonly Entry[], ms: number): { index: number; atMs: number } | null {
  const index = entries.findIndex((entry) => endOf(entry) > ms);
  const entry = entries[index];
  return entry === undefined ? null : { index, atMs: Math.max(ms, entry.dateMs) };
}

/** How far into the reel's playing time (s) the moment of a place lies. */
export function secondsInto(entries: readonly Entry[], place: { index: number; atMs: number }): number {
  let seconds = 0;
  for (const entry of entries.slice(0, place.index)) seconds += entry.durationMs / 1000;
  const entry = entries[place.index];
  return entry === undefined ? seconds : seconds + (place.atMs - entry.dateMs) / 1000;
}
