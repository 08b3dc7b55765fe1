/** Asks for the pictures of all tiles on the screen, once a second, in one request. */
import { signedFetch } from "@/api/client";
import { errorOf } from "@/api/errors";
import { parseFrames } from "./framesAnswer";
import { restAfter } from "./pace";
import type { TileStore } from "./tileStore";

// The gateway's limit; no layout has more tiles.
const MOST_DEVICES = 100;
// Tiles come one after the other into view: they are asked for together.
const GATHER_MS = 30;

/** Why no pictures arrive; null: they do. */
export type FeedProblem = unknown;

export class FrameFeed {
  private readonly watched = new Map<string, number>();
  private readonly listeners = new Set<() => void>();
  private cursor = "";
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private clockTimer: ReturnType<typeof setInterval> | undefined;
  private running: AbortController | null = null;
  private isStarted = false;
  private problemNow: FeedProblem = null;

  private readonly store: TileStore;

  constructor(store: TileStore) {
    this.store = store;
  }

  /** Begins asking; returns how to stop. */
  readonly start = (): (() => void) => {
    this.isStarted = true;
    document.addEventListener("visibilitychange", this.onVisibility);
    this.clockTimer = setInterval(() => this.store.reconsider(performance.now()), 1_000);
    this.askIn(GATHER_MS);
    return () => {
      this.isStarted = false;
      document.removeEventListener("visibilitychange", this.onVisibility);
      clearInterval(this.clockTimer);
      clearTimeout(this.timer);
      this.running?.abort();
      this.running = null;
    };
  };

  /** Adds a device whose tile is on the screen; returns how to take it away. */
  watch(device: string): () => void {
    this.watched.set(device, (this.watched.get(device) ?? 0) + 1);
    this.store.expect(performance.now());
    // While the gateway fails its rests are kept.
    if (this.isStarted && this.running === null && this.failures === 0) this.askIn(GATHER_MS);
    return () => {
      const left = (this.watched.get(device) ?? 1) - 1;
      if (left === 0) this.watched.delete(device);
      else this.watched.set(device, left);
    };
  }

  get problem(): FeedProblem {
    return this.problemNow;
  }

  readonly onProblem = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private readonly onVisibility = () => {
    if (document.hidden) return;
    this.store.expect(performance.now());
    if (this.running === null) this.askIn(0);
  };

  private askIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), ms);
  }

  private async ask(): Promise<void> {
    const devices = [...this.watched.keys()].slice(0, MOST_DEVICES);
    if (devices.length === 0) {
      this.askIn(1_000);
      return;
    }
    const running = new AbortController();
    this.running = running;
    const before = performance.now();
    try {
      const query = new URLSearchParams({ devices: devices.join(","), after: this.cursor });
      const request = new Request(`/api/v1/wall/frames?${query}`, { signal: running.signal });
      const response = await signedFetch(request);
      if (!response.ok) throw await errorOf(response);
      const answer = parseFrames(await response.arrayBuffer());
      if (running.signal.aborted) return;
      this.cursor = this.store.take(answer, performance.now()) ? answer.cursor : "";
      this.failures = 0;
      this.say(null);
    } catch (error) {
      if (running.signal.aborted) return;
      this.failures += 1;
      this.say(error);
    }
    this.running = null;
    const tookMs = performance.now() - before;
    const isMissing =
      devices.length < MOST_DEVICES && [...this.watched.keys()].some((device) => !devices.includes(device));
    const rest = restAfter({ tookMs, failures: this.failures, isHidden: document.hidden });
    this.askIn(isMissing && this.failures === 0 ? GATHER_MS : rest);
  }

  private say(problem: FeedProblem): void {
    if (this.problemNow === problem) return;
    this.problemNow = problem;
    for (const listener of this.listeners) listener();
  }
}
