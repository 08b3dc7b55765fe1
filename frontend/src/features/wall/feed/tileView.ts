/** What a tile says, decided from what the gateway told and how long ago that was. */
import type { HostState, Word } from "@/api/types";
import { day, hourMinute, roughly } from "@/lib/format";
import { markOf, type Tone } from "@/lib/stateMarks";
import { startOfDay, type Zone } from "@/lib/zone";
import type { FrameFacts, TileWord } from "./framesAnswer";

// At a picture every two seconds, three were missed: the gateway's own measure.
const STALE_AFTER_MS = 8_000;

/** How a tile looks. The same object for as long as nothing of it changes. */
export interface TileView {
  word: TileWord | "waiting";
  /** What stands on the foot: "Frozen", "No source"; empty: fine, nothing to say. */
  title: string;
  sentence: string;
  /** Whose shape stands beside the title. */
  mark: Word | HostState;
  tone: Tone;
  hasPicture: boolean;
  /** The picture is none of now: it loses its colour and shows its age. */
  isStale: boolean;
  /** Of a stale picture: when it was taken, in ms since 1970; null: not stale, or none. */
  takenMs: number | null;
  /** Of a stale picture: when its age was 0, by `performance.now()`. */
  bornMs: number | null;
}

/** Before the first answer. */
export const WAITING: TileView = {
  word: "waiting",
  title: "",
  sentence: "Waiting for the first picture.",
  mark: "starting",
  tone: "quiet",
  hasPicture: false,
  isStale: false,
  takenMs: null,
  bornMs: null,
};

/** What was told of a device, and when (`performance.now()`). `hasPicture`: one is there to be shown. */
export interface Told {
  facts: Omit<FrameFacts, "jpeg">;
  toldMs: number;
  hasPicture: boolean;
}

/** Age of the newest picture in ms, growing also while the gateway says nothing; null: there is none. */
export function ageOf({ facts, toldMs }: Told, nowMs: number): number | null {
  return facts.ageMs === null ? null : facts.ageMs + Math.max(0, nowMs - toldMs);
}

/**
 * The view at `nowMs`, by `performance.now()`. `isExpected`: a new picture is on its way, so that its age alone
 * does not make the last one stale.
 */
export function viewOf(told: Told, nowMs: number, isExpected = false): TileView {
  const { facts, hasPicture } = told;
  const age = ageOf(told, nowMs);
  // By age alone: the gateway's own word for it may be as old as its last answer.
  const isStale = hasPicture && (facts.isStale || (!isExpected && (age ?? 0) > STALE_AFTER_MS));
  const isLate = facts.word === "live" && isStale;
  const mark = isLate ? "late" : facts.word === "unknown" ? "revoked" : facts.word;
  return {
    word: facts.word,
    title: isLate ? "Stale" : TITLES[facts.word],
    sentence: isLate ? LATE_SENTENCE : facts.sentence,
    mark,
    tone: markOf(mark).tone,
    hasPicture,
    isStale,
    takenMs: isStale ? facts.takenMs : null,
    bornMs: isStale && facts.ageMs !== null ? told.toldMs - facts.ageMs : null,
  };
}

// Whether it records is not known where nothing arrives: only what was last said is.
const LATE_SENTENCE = "No newer picture has arrived here. As its host last said, it records.";
const TITLES: Readonly<Record<TileWord, string>> = {
  live: "",
  starting: "Starting",
  stalled: "Stalled",
  "no source": "No source",
  stopped: "Stopped",
  frozen: "Frozen",
  black: "Black",
  "host silent": "Host silent",
  unknown: "Not there",
};

/** Whether two views look the same; the age's begin may differ by what rounding and clocks make of it. */
export function looksSame(one: TileView, other: TileView): boolean {
  return (
    one.word === other.word &&
    one.title === other.title &&
    one.sentence === other.sentence &&
    one.hasPicture === other.hasPicture &&
    one.isStale === other.isStale &&
    one.takenMs === other.takenMs &&
    (one.bornMs === other.bornMs ||
      (one.bornMs !== null && other.bornMs !== null && Math.abs(one.bornMs - other.bornMs) < 1_500))
  );
}

/** What a screen reader hears of a tile: "Street, lab-1, frozen". */
export function spoken(label: string, host: string, view: TileView): string {
  const state = view.title === "" ? (view.word === "waiting" ? "waiting" : "live") : view.title.toLowerCase();
  return `${label}, ${host}, ${state}`;
}

/** Words in the middle of a tile that has no picture. */
export function emptyWords(view: TileView): string {
  if (view.word === "waiting") return "";
  return view.word === "live" || view.word === "starting" ? "No picture yet" : "No picture";
}

/** A state of a recorder, as the list of devices has it, and when it began in ms since 1970; null: not known. */
export interface Lasting {
  word: Word;
  sinceMs: number | null;
  /** When its host reported last, of one that does not report; null: it does, or never did. */
  silentSinceMs: number | null;
}

/**
 * "No source for 41 min". The list of devices is fetched less often than pictures are: of a state that it does not
 * have yet it does not know when it began. A recorder that tries again and again begins its state each time, and
 * there has been no source since the last picture. Of a picture that froze or went black it is not known when. A host
 * that is silent is so since its last report, of which the clock is told.
 */
export function titleSince(view: TileView, lasting: Lasting, nowMs: number, zone: Zone): string {
  if (view.word === "host silent") return silentSince(view.title, lasting.silentSinceMs, nowMs, zone);
  const isOfRecorder = view.word === "no source" || view.word === "stalled" || view.word === "stopped";
  if (!isOfRecorder) return view.title;
  const sinceMs = lasting.word === view.word ? lasting.sinceMs : null;
  const pictureMs = view.word === "stopped" ? null : view.takenMs;
  const begins = [sinceMs, pictureMs].filter((one) => one !== null);
  const lastsMs = nowMs - Math.min(...begins);
  return begins.length === 0 || lastsMs < 1_000 ? view.title : `${view.title} for ${roughly(lastsMs)}`;
}

// "Host silent since 14:02", or since which day.
function silentSince(title: string, sinceMs: number | null, nowMs: number, zone: Zone): string {
  if (sinceMs === null) return title;
  const isToday = startOfDay(sinceMs, zone) === startOfDay(nowMs, zone);
  return `${title} since ${isToday ? hourMinute(sinceMs, zone) : day(sinceMs, zone, nowMs)}`;
}
