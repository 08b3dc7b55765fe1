/** What happened in the archive: incidents and peaks of motion, read out of its minutes, captions, and gaps. */
import type { CaptionEvent } from "@/api/events";
import { duration } from "@/lib/format";
import { known, type MinuteBlock } from "./minutes";
import type { Gap } from "./recorded";
import { merged, type Span } from "./span";

export type EventKind = "motion" | "black" | "freeze" | "gap" | "caption";

export interface ArchiveEvent extends Span {
  kind: EventKind;
  /** The moment to look at, and whose picture stands for the event. */
  atMs: number;
  /** What happened, for people. */
  sentence: string;
  /** Of a caption: the event's name. */
  eventId?: string;
  /** Of a caption that was searched for: its text, with what was found. */
  snippet?: CaptionEvent["snippet"];
}

const MINUTE_MS = 60_000;
const FULL = 254;
// Of a minute that is shorter black or frozen than this nobody needs to know: encoders stutter.
const NOTICEABLE_S = 3;
// Motion is an event where much moves (root of the share) and clearly more than in the half hours around it.
const MUCH = 0.22;
const MORE_THAN_AROUND = 0.12;
const AROUND_CELLS = 30;

/**
 * All events of the minutes, with gaps and `captions`, by time. Only blocks of single minutes say when something
 * happened.
 */
export function eventsOf(
  blocks: readonly MinuteBlock[],
  gaps: readonly Gap[],
  captions: readonly ArchiveEvent[] = [],
): ArchiveEvent[] {
  const found: ArchiveEvent[] = gaps
    .filter((gap) => gap.code !== "expired" && gap.code !== "unassigned")
    .map((gap) => ({ kind: "gap", from: gap.from, to: gap.to, atMs: gap.from, sentence: gap.sentence }));
  for (const block of blocks) {
    if (block.everyMs !== MINUTE_MS) continue;
    found.push(...incidents(block, block.blackS, "black"));
    found.push(...incidents(block, block.frozenS, "freeze"));
    found.push(...motion(block));
  }
  const joined = (["gap", "black", "freeze", "motion"] as const).flatMap((kind) =>
    kind === "gap"
      ? found.filter((one) => one.kind === kind)
      : merged(found.filter((one) => one.kind === kind)),
  );
  return [...joined, ...captions].sort((a, b) => a.from - b.from || a.to - b.to);
}

function incidents(block: MinuteBlock, bytes: Uint8Array | null, kind: "black" | "freeze"): ArchiveEvent[] {
  return runs(bytes, NOTICEABLE_S).map(([first, last]) => {
    const firstS = known(bytes, first) ?? 60;
    const lastS = known(bytes, last) ?? 60;
    const begin = block.from + first * MINUTE_MS;
    // A run of several minutes begins towards the end of its first one, and ends early in its last one.
    const from = first === last ? begin : begin + (60 - Math.min(60, firstS)) * 1000;
    const to = block.from + last * MINUTE_MS + (first === last ? 60 : Math.min(60, lastS)) * 1000;
    let seconds = 0;
    for (let index = first; index <= last; index += 1) seconds += Math.min(60, known(bytes, index) ?? 0);
    return { kind, from, to, atMs: from, sentence: incidentText(kind, seconds * 1000, to - from) };
  });
}

// What comes and goes within its minutes has not lasted all the time.
const ALL_THE_TIME = 0.8;

function incidentText(kind: "black" | "freeze", ms: number, ofMs: number): string {
  const what = kind === "black" ? "The picture was black" : "The picture stood still";
  return ms >= ALL_THE_TIME * ofMs ? `${what}.` : `${what} for ${duration(ms)} of it.`;
}

function motion(block: MinuteBlock): ArchiveEvent[] {
  const bytes = block.motionPeak;
  if (bytes === null) return [];
  const notable = new Uint8Array(bytes.length);
  for (let index = 0; index < bytes.length; index += 1) {
    const value = known(bytes, index);
    if (value === null || value / FULL < MUCH) continue;
    if (value / FULL >= usual(bytes, index) + MORE_THAN_AROUND) notable[index] = value;
  }
  return runs(notable, 1).map(([first, last]) => {
    let peak = first;
    for (let index = first; index <= last; index += 1) {
      if ((notable[index] ?? 0) > (notable[peak] ?? 0)) peak = index;
    }
    const second = known(block.thumbnailS, peak) ?? 0;
    const share = Math.round(((notable[peak] ?? 0) / FULL) ** 2 * 100);
    return {
      kind: "motion",
      from: block.from + first * MINUTE_MS,
      to: block.from + (last + 1) * MINUTE_MS,
      atMs: block.from + peak * MINUTE_MS + second * 1000,
      sentence: `Motion: up to ${share} % of the picture.`,
    };
  });
}

/** The median of the known cells around one. */
function usual(bytes: Uint8Array, index: number): number {
  const around: number[] = [];
  for (let at = Math.max(0, index - AROUND_CELLS); at <= index + AROUND_CELLS; at += 1) {
    const value = known(bytes, at);
    if (value !== null) around.push(value);
  }
  around.sort((a, b) => a - b);
  return (around[around.length >> 1] ?? 0) / FULL;
}

/** First and last cell of each run of cells of at least `least`. */
function runs(bytes: Uint8Array | null, least: number): [number, number][] {
  const found: [number, number][] = [];
  for (let index = 0; index < (bytes?.length ?? 0); index += 1) {
    if ((known(bytes, index) ?? 0) < least) continue;
    const last = found.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else found.push([index, index]);
  }
  return found;
}

/** Whether there may be events in what is known of `span` in coarse cells; also where nothing is known of it. */
export function mayHaveEvents(blocks: readonly MinuteBlock[], span: Span): boolean {
  const coarse = blocks.find((block) => block.from <= span.from && span.to <= block.to);
  if (coarse === undefined) return true;
  const first = Math.floor((span.from - coarse.from) / coarse.everyMs);
  const last = Math.ceil((span.to - coarse.from) / coarse.everyMs);
  for (let index = first; index < last; index += 1) {
    if ((known(coarse.blackS, index) ?? 0) >= NOTICEABLE_S) return true;
    if ((known(coarse.frozenS, index) ?? 0) >= NOTICEABLE_S) return true;
    if ((known(coarse.motionPeak, index) ?? 0) / FULL >= MUCH) return true;
  }
  return false;
}

/** The first event after `ms` that has something to see; null: none is known. */
export function eventAfter(events: readonly ArchiveEvent[], ms: number): ArchiveEvent | null {
  return events.find((event) => event.kind !== "gap" && event.atMs > ms + 500) ?? null;
}

/** The last one before `ms`. One that was jumped to a moment ago is passed over. */
export function eventBefore(events: readonly ArchiveEvent[], ms: number): ArchiveEvent | null {
  return events.findLast((event) => event.kind !== "gap" && event.atMs < ms - 2_000) ?? null;
}

// Minutes are loaded so far around the play head; what is further away may have something before it.
const SURE_WITHIN_MS = 2 * 3_600_000;

/** Whether something that is not loaded may be nearer to `ms` than `event`. */
export function isUnsure(event: ArchiveEvent | null, ms: number): boolean {
  return event === null || Math.abs(event.atMs - ms) > SURE_WITHIN_MS;
}

/** The one that is nearer to `ms`; null: there is neither. */
export function nearer(
  one: ArchiveEvent | null,
  other: ArchiveEvent | null,
  ms: number,
): ArchiveEvent | null {
  if (one === null || other === null) return one ?? other;
  return Math.abs(other.atMs - ms) < Math.abs(one.atMs - ms) ? other : one;
}
