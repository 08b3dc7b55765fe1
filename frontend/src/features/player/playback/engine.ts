import { renewLogin } from "@/api/client";
import { ApiError } from "@/api/errors";
import { serverNow } from "@/api/serverClock";
import type { DeviceName } from "@/lib/deviceAddress";
import type { HlsBuild } from "@/lib/hls";
import { NoFootage, timeLine } from "./footage";
import { isLeap, type LeftOut, mainGap } from "./gaps";
import { HlsRun, type Trouble } from "./hlsRun";
import { mediaTimeOf, steppedTo, wallClockOf } from "./pictureTimes";
import type { PlaybackStatus } from "./playback";
import { type KnownSpan, ReelSource, type Start } from "./reelSource";
import { Undecodable } from "./undecodable";

const TRIES_AGAIN_AFTER_MS = 2_500;
const TRIES_AGAIN_AT_LEAST_EVERY_MS = 10_000;
const NOTICE_SHOWN_MS = 9_000;
// Live is what a viewer takes for now; what is further behind is the archive.
const LIVE_WITHIN_MS = 20_000;
const AT_THE_END_MS = 1_500;
// So much further behind than where live began: a stall that nobody asked for, not a slow segment.
const FELL_BEHIND_MS = 8_000;
// A picture so near to where the play head was put is the one; after so long any is.
const NEAR_S = 0.5;
const PUT_WITHIN_MS = 3_000;
const STANDS_UP_TO_MS = 250;
// A second breakdown so soon after a recovery is not recovered from in the same way.
const RECOVERS_EVERY_MS = 5_000;

/** What a player shows and does at a moment; replaced, never changed. */
export interface EngineState {
  timeMs: number | null;
  status: PlaybackStatus;
  /** Whether playing is wanted, also while it waits. */
  isPlaying: boolean;
  rate: number;
  follows: boolean;
  seekingToMs: number | null;
  trouble: unknown;
  hasNoFootage: boolean;
  leftOut: LeftOut | null;
}

/** Plays a device into a video element: archive and live, across gaps, until `destroy`. */
export class Engine {
  state: EngineState;
  readonly #name: DeviceName;
  readonly #video: HTMLVideoElement;
  readonly #changed: () => void;
  readonly #holdPicture: () => void;
  readonly #listening = new AbortController();
  #run: HlsRun | null = null;
  readonly #source: ReelSource;
  #generation = 0;
  #shownS = 0;
  // Of the last picture of which it is known when it was taken.
  #datedS = 0;
  #isOpening = false;
  // Where the play head has been put, until a picture from there is shown; earlier ones may still come.
  #putTo: { mediaTimeS: number; at: number } | null = null;
  #askedMs: number | null = null;
  #recoveredAt = Number.NEGATIVE_INFINITY;
  #build: HlsBuild = "light";
  // Whether the player has stopped to load, until it is begun again.
  #isStopped = false;
  #pauseMs = TRIES_AGAIN_AFTER_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #notice: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;

  constructor(name: DeviceName, video: HTMLVideoElement, holdPicture: () => void, changed: () => void) {
    this.#name = name;
    this.#video = video;
    this.#holdPicture = holdPicture;
    this.#changed = changed;
    this.state = {
      timeMs: null,
      status: "loading",
      isPlaying: true,
      rate: 1,
      follows: false,
      seekingToMs: null,
      trouble: null,
      hasNoFootage: false,
      leftOut: null,
    };
    this.#source = new ReelSource(name, {
      shownMs: () => this.state.seekingToMs ?? this.#playingMs() ?? this.state.timeMs ?? serverNow(),
      rate: () => this.state.rate,
      isSettled: () => this.state.seekingToMs === null,
      nowMs: serverNow,
      troubled: (trouble) => {
        if (trouble !== this.state.trouble) this.#set({ trouble });
      },
    });
    this.#listen();
  }

  /** What is known to be recorded (ms since 1970): going there takes one question less. */
  know(recorded: readonly KnownSpan[]): void {
    this.#source.know(recorded);
  }

  /** Somebody points at `ms` and may want to go there. */
  prepare(ms: number): void {
    const isThere = this.#run !== null && mediaTimeOf(ms, this.#run.listed) !== null;
    if (!isThere) this.#source.prepare(ms);
  }

  destroy(): void {
    this.#generation += 1;
    clearTimeout(this.#retry);
    clearTimeout(this.#notice);
    this.#listening.abort();
    this.#video.cancelVideoFrameCallback(this.#frame);
    this.#source.stop();
    this.#run?.destroy();
  }

  /** Shows the picture of `ms`, or the next one. */
  seek(ms: number): void {
    const wanted = Math.min(ms, serverNow());
    this.#askedMs = wanted;
    this.#say(null);
    const place = this.#run === null || this.#isStopped ? null : mediaTimeOf(wanted, this.#run.listed);
    if (place === null) {
      void this.#open(wanted);
      return;
    }
    // Wherever else one was going to, or was to be tried again: this is meant now.
    this.#generation += 1;
    clearTimeout(this.#retry);
    this.#source.stay();
    this.#isOpening = false;
    this.#set({ seekingToMs: wanted, follows: false, hasNoFootage: false });
    this.#put(place.mediaTimeS);
  }

  // Where the play head is: in the background a browser tells of no pictures, and plays on all the same.
  #playingMs(): number | null {
    return this.#run === null ? null : wallClockOf(this.#video.currentTime, this.#run.placed);
  }

  #put(mediaTimeS: number): void {
    this.#putTo = { mediaTimeS, at: performance.now() };
    this.#video.currentTime = mediaTimeS;
  }

  goLive(): void {
    this.#askedMs = null;
    this.#say(null);
    this.setRate(1);
    this.#set({ isPlaying: true });
    void this.#open("live");
  }

  play(): void {
    this.#set({ isPlaying: true });
    this.#video.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError" && !this.#video.muted) {
        // Browsers play sound only after the person has done something on the page.
        this.#video.muted = true;
        this.play();
      } else if (error instanceof DOMException && error.name === "NotAllowedError") this.#halt();
    });
  }

  /** Stays at the picture that is shown, also when it is played again, until somebody goes live. */
  pause(): void {
    this.#halt();
    this.#set({ follows: false });
  }

  #halt(): void {
    this.#video.pause();
    this.#set({ isPlaying: false, status: this.state.status === "loading" ? "loading" : "paused" });
  }

  setRate(rate: number): void {
    this.#video.playbackRate = rate;
    this.#video.defaultPlaybackRate = rate;
    this.#set({ rate });
  }

  /** Pauses and shows the picture `frames` after the one shown. */
  step(frames: number): void {
    this.pause();
    if (this.#run === null) return;
    // Who steps quickly means the picture after the one that is on its way.
    const fromS = this.#putTo?.mediaTimeS ?? this.#shownS;
    const target = steppedTo(fromS, frames, this.#run.placed);
    if (target !== null) this.#put(target);
  }

  async #open(at: number | "live"): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    clearTimeout(this.#retry);
    this.#isOpening = true;
    this.#set({
      status: "loading",
      seekingToMs: at === "live" ? null : at,
      follows: at === "live",
      hasNoFootage: false,
    });
    try {
      const start = await this.#source.open(at);
      this.#pauseMs = TRIES_AGAIN_AFTER_MS;
      if (generation !== this.#generation) return;
      if (this.#run === null || !(await this.#run.jump(start))) {
        if (generation !== this.#generation) return;
        await this.#begin(start);
      }
      if (generation !== this.#generation) return;
      this.#isOpening = false;
      this.#isStopped = false;
      // Who has paused meanwhile is not taken on to live.
      const follows = at === "live" && this.state.isPlaying;
      this.#set({ trouble: null, seekingToMs: start.atMs, follows });
      if (this.state.isPlaying) this.play();
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#set({ status: "failed", trouble: error, hasNoFootage: error instanceof NoFootage });
      this.#retry = setTimeout(() => void this.#open(at), this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 1.5, TRIES_AGAIN_AT_LEAST_EVERY_MS);
    }
  }

  /** Begins anew with a player of its own. */
  async #begin(start: Start): Promise<void> {
    const generation = this.#generation;
    this.#drop();
    const run = await HlsRun.start(this.#video, this.#source, start, this.#build, (trouble) =>
      this.#meet(trouble),
    );
    if (generation !== this.#generation) {
      run.destroy();
      return;
    }
    this.#run = run;
    this.#video.playbackRate = this.state.rate;
  }

  #drop(): void {
    if (this.#run === null) return;
    this.#holdPicture();
    this.#run.destroy();
    this.#run = null;
  }

  #listen(): void {
    const on = (event: string, listener: () => void) =>
      this.#video.addEventListener(event, listener, { signal: this.#listening.signal });
    on("playing", () => this.#set({ status: "playing" }));
    on("waiting", () => this.#set({ status: this.state.timeMs === null ? "loading" : "waiting" }));
    on("pause", () => {
      // A browser pauses by itself too: picture-in-picture's button, headphones that are taken off.
      if (this.#video.readyState < 2 || this.#video.seeking) return;
      this.#set({ isPlaying: false, status: "paused" });
      // Out of sight it may be the browser that saves power: that is no wish to stay behind.
      const isSeen = !document.hidden || document.pictureInPictureElement === this.#video;
      if (isSeen) this.#set({ follows: false });
    });
    on("play", () => this.#set({ isPlaying: true }));
    const shown = (_now: number, frame: VideoFrameCallbackMetadata) => {
      this.#showed(frame.mediaTime);
      this.#frame = this.#video.requestVideoFrameCallback(shown);
    };
    this.#frame = this.#video.requestVideoFrameCallback(shown);
  }

  #showed(mediaTimeS: number): void {
    if (this.#run === null || this.#isOpening || this.#isOfBefore(mediaTimeS)) return;
    this.#putTo = null;
    this.#shownS = mediaTimeS;
    const takenMs = wallClockOf(mediaTimeS, this.#run.placed);
    if (takenMs === null) return;
    // What was played between two shown pictures, at a high rate or unseen, was not left out.
    const playedMs = this.#askedMs === null ? (mediaTimeS - this.#datedS) * 1000 : 0;
    this.#datedS = mediaTimeS;
    // A picture stands until the next one: the moment that was asked for is its moment.
    const asked = this.#askedMs ?? takenMs;
    const timeMs = asked > takenMs && asked - takenMs < STANDS_UP_TO_MS ? asked : takenMs;
    const before = this.#askedMs ?? this.state.timeMs;
    const wasSeeking = this.state.seekingToMs !== null;
    if (before !== null && isLeap(before + playedMs, timeMs) && (this.#askedMs !== null || !wasSeeking)) {
      void this.#explain(before + playedMs, timeMs);
    }
    this.#askedMs = null;
    const behindMs = serverNow() - timeMs;
    const status = this.#video.paused ? "paused" : "playing";
    this.#set({
      timeMs,
      status,
      seekingToMs: null,
      follows: this.state.follows
        ? this.state.isPlaying || behindMs < LIVE_WITHIN_MS
        : this.#hasCaughtUp(timeMs),
    });
    if (this.state.follows && this.state.rate > 1) this.setRate(1);
    if (this.state.follows && this.state.isPlaying) this.#catchUp(timeMs);
  }

  #isOfBefore(mediaTimeS: number): boolean {
    if (this.#putTo === null || performance.now() - this.#putTo.at > PUT_WITHIN_MS) return false;
    return Math.abs(mediaTimeS - this.#putTo.mediaTimeS) > NEAR_S;
  }

  // Who steps back a little from live stays back until they go live, or run into the end.
  #hasCaughtUp(timeMs: number): boolean {
    const { endMs, isLive } = this.#source;
    const isAtEnd = endMs !== null && endMs - timeMs < AT_THE_END_MS;
    return this.state.isPlaying && isLive && isAtEnd && serverNow() - timeMs < LIVE_WITHIN_MS;
  }

  /** After a pause that nobody asked for (a lost connection, a sleeping machine) live is now again. */
  #catchUp(timeMs: number): void {
    const endMs = this.#source.endMs;
    if (endMs !== null && endMs - timeMs > this.#source.liveDelayMs + FELL_BEHIND_MS) void this.#open("live");
  }

  async #explain(fromMs: number, toMs: number): Promise<void> {
    this.#say({ fromMs, toMs, reason: null });
    try {
      const known = await timeLine(this.#name, { fromMs, toMs: Math.ceil(toMs) }, this.#listening.signal);
      const gap = known === null ? null : mainGap(known, fromMs, toMs);
      if (this.state.leftOut?.toMs === toMs && gap !== null) this.#say({ ...gap, toMs });
    } catch (error) {
      // The leap itself has been said; why is a courtesy that a host which does not answer cannot give.
      if (!(error instanceof ApiError) && !this.#listening.signal.aborted) throw error;
    }
  }

  #say(leftOut: LeftOut | null): void {
    clearTimeout(this.#notice);
    if (leftOut !== null) this.#notice = setTimeout(() => this.#set({ leftOut: null }), NOTICE_SHOWN_MS);
    if (leftOut !== this.state.leftOut) this.#set({ leftOut });
  }

  #meet(trouble: Trouble): void {
    if (trouble.kind === "build" || trouble.kind === "codec") {
      const generation = this.#generation;
      clearTimeout(this.#retry);
      // Not within its own telling: the player that met it is dropped.
      this.#retry = setTimeout(() => {
        if (generation === this.#generation) this.#meetCodec(trouble.codec);
      });
      return;
    }
    const now = performance.now();
    const isFirst = now - this.#recoveredAt > RECOVERS_EVERY_MS;
    this.#recoveredAt = now;
    if (trouble.kind === "media" && isFirst) {
      this.#run?.recoverMedia();
      return;
    }
    this.#isStopped = true;
    const generation = this.#generation;
    const isRefused = trouble.httpStatus === 401 || trouble.httpStatus === 403;
    const again = async () => {
      // Where nobody can say whether the login is good, loading again meets the same trouble and comes back here.
      const isSignedIn = !isRefused || (await renewLogin().catch(() => true));
      if (!isSignedIn || generation !== this.#generation) return;
      if (trouble.kind === "network" && trouble.httpStatus !== 404) {
        this.#isStopped = false;
        this.#run?.loadAgain();
        return;
      }
      // A browser's decoder that has failed twice fails again: another player is needed.
      if (trouble.kind !== "network") this.#drop();
      this.#openAgain();
    };
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void again(), isRefused && isFirst ? 0 : TRIES_AGAIN_AFTER_MS);
  }

  /** `codec`: what cannot be decoded; null: what the light build cannot take apart. */
  #meetCodec(codec: string | null): void {
    this.#drop();
    if (codec === null) {
      this.#build = "full";
      this.#openAgain();
      return;
    }
    // Trying again would meet the same; another moment, or live, may be of another codec.
    this.#generation += 1;
    this.#isOpening = false;
    this.#source.stay();
    this.#set({ status: "failed", trouble: new Undecodable(codec), seekingToMs: null });
  }

  #openAgain(): void {
    const { follows, seekingToMs, timeMs } = this.state;
    void this.#open(follows ? "live" : (seekingToMs ?? timeMs ?? "live"));
  }

  #set(change: Partial<EngineState>): void {
    this.state = { ...this.state, ...change };
    this.#changed();
  }
}
