import type { DeviceName } from "@/lib/deviceAddress";
import { archiveEntries, liveEntries, NoFootage, timeLine } from "./footage";
import { nextRecorded } from "./gaps";
import { type Entry, type Reel, writePlaylist } from "./playlist";
import { endOfReel, extend, isNextTo, newReel, placeOn, secondsInto, trim } from "./reel";
import { firstStretch, keptFrom, liveStart, nextStretch } from "./windows";

const LOOKS_EVERY_MS = 500;
const SLOWEST_TRY_MS = 8_000;

/** What a source needs to know of the player that it feeds. */
export interface Viewer {
  /** The moment that is shown, in ms since 1970. */
  shownMs(): number;
  rate(): number;
  nowMs(): number;
  /** Told what went wrong with going on, and null when that is over. */
  troubled(error: unknown): void;
}

/** Where a reel begins to be played. */
export interface Start {
  /** In seconds of playing time from the reel's begin. */
  seconds: number;
  /** The moment that is shown first, in ms since 1970: later than the one asked for where that has no footage. */
  atMs: number;
}

/** Feeds a player with one endless playlist: a stretch of the archive, the ones after it, and live at last. */
export class ReelSource {
  readonly #name: DeviceName;
  readonly #viewer: Viewer;
  readonly #stopped = new AbortController();
  #reel: Reel = newReel([]);
  #version = 0;
  #taken = -1;
  #waiting: ((text: string) => void) | null = null;
  #isLive = false;

  constructor(name: DeviceName, viewer: Viewer) {
    this.#name = name;
    this.#viewer = viewer;
  }

  /** Where the reel ends, in ms since 1970. */
  get endMs(): number | null {
    return endOfReel(this.#reel);
  }

  /** Whether the reel goes on by the live playlist. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** Lines up what is shown from `at` on. Throws ApiError, NoFootage. */
  async open(at: number | "live"): Promise<Start> {
    const entries = at === "live" ? await this.#live() : await this.#around(at);
    const place = placeOn(entries, at === "live" ? liveStart(entries) : at);
    if (place === null) throw new NoFootage();
    this.#isLive = at === "live";
    this.#reel = newReel(entries);
    void this.#goOn();
    return { seconds: secondsInto(entries, place), atMs: place.atMs };
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

  stop(): void {
    this.#waiting = null;
    this.#stopped.abort();
  }

  async #live(): Promise<Entry[]> {
    return liveEntries(this.#name, this.#stopped.signal);
  }

  async #around(atMs: number): Promise<Entry[]> {
    const signal = this.#stopped.signal;
    const found = await archiveEntries(this.#name, firstStretch(atMs), signal);
    if (placeOn(found, atMs) !== null) return found;
    const nowMs = this.#viewer.nowMs();
    if (atMs < nowMs) {
      const known = await timeLine(this.#name, { fromMs: atMs, toMs: nowMs }, signal);
      const next = known === null ? null : nextRecorded(known.recorded, atMs);
      if (next !== null) {
        const later = await archiveEntries(this.#name, firstStretch(next), signal);
        return later.filter((entry) => entry.dateMs + entry.durationMs > atMs);
      }
    }
    return this.#live();
  }

  #hand(): void {
    if (this.#waiting === null || this.#taken === this.#version) return;
    const take = this.#waiting;
    this.#waiting = null;
    this.#taken = this.#version;
    take(writePlaylist(this.#reel));
  }

  async #goOn(): Promise<void> {
    let pauseMs = LOOKS_EVERY_MS;
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#grow();
        this.#viewer.troubled(null);
        pauseMs = LOOKS_EVERY_MS;
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        this.#viewer.troubled(error);
        pauseMs = Math.min(pauseMs * 2, SLOWEST_TRY_MS);
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #grow(): Promise<void> {
    const endMs = endOfReel(this.#reel);
    if (endMs === null) return;
    const { nowMs, shownMs, rate } = {
      nowMs: this.#viewer.nowMs(),
      shownMs: this.#viewer.shownMs(),
      rate: this.#viewer.rate(),
    };
    const wanted = this.#isLive ? "live" : nextStretch(endMs, shownMs, rate, nowMs);
    if (wanted === null) return;
    const signal = this.#stopped.signal;
    let found = wanted === "live" ? await this.#live() : await archiveEntries(this.#name, wanted, signal);
    if (wanted === "live" && found.length > 0 && !isNextTo(this.#reel, found)) {
      // Something lies between: the archive has it.
      found = await archiveEntries(this.#name, { fromMs: endMs - 1, toMs: nowMs }, signal);
    }
    let longer = extend(this.#reel, found);
    if (longer === this.#reel && wanted !== "live")
      longer = extend(longer, await this.#afterGap(endMs, nowMs));
    this.#isLive ||= wanted === "live" && found.length > 0;
    if (longer === this.#reel || signal.aborted) return;
    this.#reel = trim(longer, keptFrom(shownMs));
    this.#version += 1;
    this.#hand();
  }

  /** A gap longer than a stretch: what is recorded after it. */
  async #afterGap(endMs: number, nowMs: number): Promise<Entry[]> {
    const signal = this.#stopped.signal;
    const known = await timeLine(this.#name, { fromMs: endMs, toMs: nowMs }, signal);
    const next = known === null ? null : nextRecorded(known.recorded, endMs);
    if (next === null) {
      this.#isLive = true;
      return [];
    }
    return archiveEntries(this.#name, firstStretch(next), signal);
  }
}
