import type { DeviceName } from "@/lib/deviceAddress";
import { archiveEntries, liveEntries, NoFootage, timeLine } from "./footage";
import { nextRecorded } from "./gaps";
import { type Entry, type Reel, writePlaylist } from "./playlist";
import { PreparedStretch } from "./preparedStretch";
import { endOfReel, extend, isNextTo, jump, newReel, placeOn, secondsInto, trim, trimTo } from "./reel";
import {
  firstStretch,
  isEnough,
  isLongAgo,
  keptFrom,
  liveStart,
  nextStretch,
  questionsFrom,
  stretchTowardsNow,
} from "./windows";

const LOOKS_EVERY_MS = 500;
const SLOWEST_TRY_MS = 8_000;

/** What a source needs to know of the player that it feeds. */
export interface Viewer {
  /** The moment that is shown, in ms since 1970. */
  shownMs(): number;
  rate(): number;
  /** Whether the player has shown where it is, so that what comes later may be fetched. */
  isSettled(): boolean;
  nowMs(): number;
  /** Told what went wrong with going on, and null when that is over. */
  troubled(error: unknown): void;
}

/** Where what was opened begins to be played. */
export interface Start {
  /** The moment that is shown first, in ms since 1970: later than the one asked for where that has no footage. */
  atMs: number;
  /** The media sequence number from which on the reel is what was opened; what is before is left behind. */
  sequence: number;
}

/** A stretch that is known to be recorded, in ms since 1970. */
export interface KnownSpan {
  from: number;
  to: number;
}

/** Feeds a player with one endless playlist: a stretch of the archive, the ones after it, and live at last. */
export class ReelSource {
  readonly #name: DeviceName;
  readonly #viewer: Viewer;
  #stopped = false;
  // Of what is being fetched for the place that is being played; jumping elsewhere ends it.
  #turn = new AbortController();
  #reel: Reel = newReel([]);
  #sequence = 0;
  #version = 0;
  #taken = -1;
  #waiting: ((text: string) => void) | null = null;
  #isLive = false;
  #isGoingOn = false;
  #liveDelayMs = 0;
  // Whether the viewer was told of trouble with going on: only that is taken back.
  #isInTrouble = false;
  #known: readonly KnownSpan[] = [];
  readonly #prepared: PreparedStretch;

  constructor(name: DeviceName, viewer: Viewer) {
    this.#name = name;
    this.#viewer = viewer;
    this.#prepared = new PreparedStretch(
      (stretch, signal) => archiveEntries(name, stretch, signal),
      viewer.nowMs,
    );
  }

  /** Where the reel ends, in ms since 1970. */
  get endMs(): number | null {
    return endOfReel(this.#reel);
  }

  /** Whether the reel goes on by the live playlist. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** How far before the reel's end live was begun, in ms. */
  get liveDelayMs(): number {
    return this.#liveDelayMs;
  }

  /** Whether a player waits for the playlist. */
  get isAwaited(): boolean {
    return this.#waiting !== null;
  }

  /** What is known to be recorded need not be asked for. */
  know(recorded: readonly KnownSpan[]): void {
    this.#known = recorded;
  }

  /** Somebody points at `ms`: what is asked for when they go there is fetched now. */
  prepare(ms: number): void {
    if (isWithin(this.#known, ms)) this.#prepared.prepare(ms);
  }

  /** Lines up what is shown from `at` on, behind what is there already. Throws ApiError, NoFootage. */
  async open(at: number | "live"): Promise<Start> {
    this.#turn.abort();
    const turn = new AbortController();
    this.#turn = turn;
    this.#isInTrouble = false;
    const entries = await (at === "live"
      ? liveEntries(this.#name, turn.signal)
      : this.#around(at, turn.signal));
    turn.signal.throwIfAborted();
    // Nothing follows on the moment of somebody who looks beyond the newest footage: that is shown.
    const newest = liveStart(entries);
    const place = placeOn(entries, at === "live" ? newest : at) ?? placeOn(entries, newest);
    if (place === null) throw new NoFootage();
    this.#isLive = at === "live";
    const last = entries.at(-1);
    if (at === "live" && last !== undefined) this.#liveDelayMs = last.dateMs + last.durationMs - newest;
    // What the player still shows stays in the list until it has gone on.
    this.#reel = jump(trimTo(this.#reel, this.#sequence), entries);
    this.#sequence = this.#reel.sequence + this.#reel.entries.length - entries.length;
    this.#version += 1;
    this.#hand();
    if (!this.#isGoingOn) void this.#goOn();
    return { atMs: place.atMs, sequence: this.#sequence };
  }

  /** Where the moment is in the playing time of the reel as it is now, in seconds from its begin. */
  secondsTo(ms: number): number {
    const { entries, sequence } = this.#reel;
    const before = Math.max(0, this.#sequence - sequence);
    const place = placeOn(entries.slice(before), ms);
    return place === null ? 0 : secondsInto(entries, { ...place, index: before + place.index });
  }

  /** The playlist, as soon as it has grown since the last time. */
  next(take: (text: string) => void): () => void {
    this.#waiting = take;
    // Not at once: who asks is not ready for an answer before it has asked.
    queueMicrotask(() => this.#hand());
    return () => {
      if (this.#waiting === take) this.#waiting = null;
    };
  }

  /** Gives up what is being fetched for another place: what plays goes on. */
  stay(): void {
    this.#turn.abort();
    this.#turn = new AbortController();
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting = null;
    this.#turn.abort();
    this.#prepared.drop();
  }

  async #around(atMs: number, signal: AbortSignal): Promise<Entry[]> {
    let fromMs = atMs;
    if (!isWithin(this.#known, atMs)) {
      const nowMs = this.#viewer.nowMs();
      if (isLongAgo(atMs, nowMs)) {
        const found = await archiveEntries(this.#name, firstStretch(atMs), signal);
        if (placeOn(found, atMs) !== null) return found;
      }
      const next = await this.#nextRecorded(atMs, nowMs, signal);
      if (next === null) return liveEntries(this.#name, signal);
      fromMs = next;
    }
    const prepared = fromMs === atMs ? await this.#prepared.take(atMs) : null;
    const found = prepared ?? (await archiveEntries(this.#name, firstStretch(fromMs), signal));
    return placeOn(found, atMs) === null ? liveEntries(this.#name, signal) : found;
  }

  #hand(): void {
    if (this.#waiting === null || this.#taken === this.#version) return;
    const take = this.#waiting;
    this.#waiting = null;
    this.#taken = this.#version;
    take(writePlaylist(this.#reel));
  }

  async #goOn(): Promise<void> {
    this.#isGoingOn = true;
    let pauseMs = LOOKS_EVERY_MS;
    while (!this.#stopped) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      const { signal } = this.#turn;
      try {
        await this.#grow(signal);
        if (!signal.aborted && this.#isInTrouble) {
          this.#isInTrouble = false;
          this.#viewer.troubled(null);
        }
        pauseMs = LOOKS_EVERY_MS;
      } catch (error) {
        if (signal.aborted) continue;
        this.#isInTrouble = true;
        this.#viewer.troubled(error);
        pauseMs = Math.min(pauseMs * 2, SLOWEST_TRY_MS);
      }
    }
  }

  async #grow(signal: AbortSignal): Promise<void> {
    const endMs = endOfReel(this.#reel);
    if (endMs === null) return;
    if (!this.#viewer.isSettled() && !this.#isLive) return;
    const nowMs = this.#viewer.nowMs();
    const shownMs = this.#viewer.shownMs();
    // Of somebody who has paused, or whose page sleeps, nothing may pile up.
    if (isEnough(endMs, shownMs, this.#viewer.rate())) {
      this.#isLive = false;
      return;
    }
    const wanted = this.#isLive ? "live" : nextStretch(endMs, shownMs, this.#viewer.rate(), nowMs);
    if (wanted === null) return;
    let found = await (wanted === "live"
      ? liveEntries(this.#name, signal)
      : archiveEntries(this.#name, wanted, signal));
    // Something lies between the reel and live: the archive has it.
    const isBehind = wanted === "live" && found.length > 0 && !isNextTo(this.#reel, found);
    if (isBehind) found = await archiveEntries(this.#name, stretchTowardsNow(endMs, nowMs), signal);
    let longer = extend(this.#reel, found);
    if (longer === this.#reel && (isBehind || wanted !== "live")) {
      longer = extend(longer, await this.#afterGap(endMs, nowMs, signal));
    }
    if (signal.aborted) return;
    this.#isLive ||= wanted === "live" && found.length > 0;
    if (longer === this.#reel) return;
    this.#reel = trim(trimTo(longer, this.#sequence), keptFrom(shownMs, this.#isLive));
    this.#version += 1;
    this.#hand();
  }

  /** A gap longer than a stretch: what is recorded after it. */
  async #afterGap(endMs: number, nowMs: number, signal: AbortSignal): Promise<Entry[]> {
    const next = await this.#nextRecorded(endMs + 1, nowMs, signal);
    if (next === null) {
      this.#isLive = !signal.aborted;
      return [];
    }
    return archiveEntries(this.#name, firstStretch(next), signal);
  }

  /** Where recording goes on at or after `ms`; null: it does not. */
  async #nextRecorded(ms: number, nowMs: number, signal: AbortSignal): Promise<number | null> {
    for (const question of questionsFrom(ms, nowMs)) {
      const known = await timeLine(this.#name, question, signal);
      const next = known === null ? null : nextRecorded(known.recorded, ms);
      if (next !== null) return next;
    }
    return null;
  }
}

// The last second of a span may be a segment that the playlist does not have yet.
const EDGE_MS = 1_000;

function isWithin(spans: readonly KnownSpan[], ms: number): boolean {
  return spans.some((span) => span.from <= ms && ms < span.to - EDGE_MS);
}
