import type Hls from "hls.js";
import type { HlsConfig, Loader, LoaderCallbacks, LoaderStats, PlaylistLoaderContext } from "hls.js";
import { type HlsBuild, loadHls, needsFullBuild, undecodable } from "@/lib/hls";
import { frameTimes, timescaleOf } from "./frameTimes";
import { type ListedFragment, mediaTimeOf, type PlacedFragment } from "./pictureTimes";
import type { ReelSource, Start } from "./reelSource";

// What has been shown stays for stepping back, and no longer: a player that is left open may not grow.
const BACK_BUFFER_S = 40;
const FORWARD_BUFFER_S = 30;
const COMES_WITHIN_MS = 3_000;
const MOST_BUFFERED_BYTES = 80_000_000;

/** What hls.js could not recover from by itself. */
export interface Trouble {
  /** `build`: it takes the full build; `codec`: this browser cannot decode it, nor will it the next time. */
  kind: "media" | "network" | "build" | "codec" | "other";
  /** HTTP status, where there was an answer. */
  httpStatus: number | null;
  /** What cannot be decoded, for people; otherwise null. */
  codec: string | null;
}

/** One hls.js with one reel, playing into a video element. */
export class HlsRun {
  readonly #hls: Hls;
  readonly #placed = new Map<number, PlacedFragment>();
  readonly #video: HTMLVideoElement;
  readonly #source: ReelSource;
  #timescale = 90_000;
  #sequence = 0;
  #listens: (() => void) | null = null;

  private constructor(hls: Hls, video: HTMLVideoElement, source: ReelSource) {
    this.#hls = hls;
    this.#video = video;
    this.#source = source;
  }

  /** Begins to load `source` into `video`, at what it has opened. */
  static async start(
    video: HTMLVideoElement,
    source: ReelSource,
    start: Start,
    build: HlsBuild,
    troubled: (trouble: Trouble) => void,
  ): Promise<HlsRun> {
    const { default: HlsOfBuild, Events, ErrorTypes } = await loadHls(build);
    const hls = new HlsOfBuild({
      ...settings,
      startPosition: source.secondsTo(start.atMs),
      pLoader: loaderOf(source),
    });
    const run = new HlsRun(hls, video, source);
    run.#sequence = start.sequence;
    hls.on(Events.LEVEL_UPDATED, () => run.#listens?.());
    hls.on(Events.BUFFER_APPENDING, (_event, { type, frag, data, offset }) => {
      if (type !== "video") return;
      run.#timescale = timescaleOf(data) ?? run.#timescale;
      if (typeof frag.sn !== "number" || frag.programDateTime === null) return;
      run.#place(frag.sn, frag.programDateTime, frameTimes(data, run.#timescale), offset ?? 0, frag.duration);
      run.#forget(video.currentTime - 2 * BACK_BUFFER_S);
    });
    hls.on(Events.ERROR, (_event, data) => {
      const httpStatus = data.response?.code || null;
      const codec = undecodable(data);
      if (build === "light" && needsFullBuild(data)) troubled({ kind: "build", httpStatus, codec });
      else if (codec !== null) troubled({ kind: "codec", httpStatus, codec });
      else if (data.fatal) {
        const isMedia = data.type === ErrorTypes.MEDIA_ERROR;
        const kind = isMedia ? "media" : data.type === ErrorTypes.NETWORK_ERROR ? "network" : "other";
        troubled({ kind, httpStatus, codec });
      }
    });
    hls.attachMedia(video);
    hls.loadSource("/media/reel.m3u8");
    return run;
  }

  /** Those fragments of what was opened last whose pictures are, or were not long ago, in the browser's buffer. */
  get placed(): PlacedFragment[] {
    return [...this.#placed].flatMap(([sn, fragment]) => (sn >= this.#sequence ? [fragment] : []));
  }

  /** The fragments of what was opened last that the playlist has by now. */
  get listed(): ListedFragment[] {
    const fragments = this.#hls.latestLevelDetails?.fragments ?? [];
    return fragments.flatMap(({ sn, start, duration, programDateTime }) =>
      programDateTime === null || sn < this.#sequence
        ? []
        : [{ startS: start, durationS: duration, dateMs: programDateTime }],
    );
  }

  /** Goes to what the source has opened behind the rest, at `atMs`. False: it did not come in time. */
  async jump({ sequence, atMs }: Start): Promise<boolean> {
    this.#sequence = sequence;
    const until = performance.now() + COMES_WITHIN_MS;
    let listens = () => {};
    const arrived = new Promise<void>((resolve) => {
      listens = () => {
        if (this.listed.length > 0) resolve();
      };
      setTimeout(resolve, COMES_WITHIN_MS);
    });
    this.#listens = listens;
    const details = this.#hls.latestLevelDetails;
    if (!this.#source.isAwaited && this.listed.length === 0 && details !== null) {
      // Between two of its requests hls.js would wait for the next one's time.
      details.requestScheduled = 0;
      this.#hls.startLoad(this.#video.currentTime, true);
    }
    listens();
    await arrived;
    // A later jump has put its own there, and still waits.
    if (this.#listens === listens) this.#listens = null;
    const place = mediaTimeOf(atMs, this.listed);
    if (place === null) return false;
    // The browser takes a place beyond the end that it knows for the end.
    while (seekableEnd(this.#video) < place.mediaTimeS) {
      if (performance.now() > until || sequence !== this.#sequence) return false;
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    if (sequence !== this.#sequence) return false;
    this.#video.currentTime = place.mediaTimeS;
    return true;
  }

  recoverMedia(): void {
    this.#hls.recoverMediaError();
  }

  /** Loads again after the network, or what is behind it, had failed. */
  loadAgain(): void {
    this.#hls.startLoad(-1);
  }

  destroy(): void {
    this.#hls.destroy();
  }

  #place(sn: number, dateMs: number, times: number[], offsetS: number, durationS: number): void {
    const framesS = times.map((time) => time + offsetS);
    const beginS = framesS[0];
    const lastS = framesS.at(-1);
    if (beginS === undefined || lastS === undefined) return;
    const standsS = framesS.length > 1 ? (lastS - beginS) / (framesS.length - 1) : durationS;
    this.#placed.set(sn, { beginS, endS: lastS + standsS, dateMs, framesS });
  }

  #forget(beforeS: number): void {
    for (const [sn, fragment] of this.#placed) if (fragment.endS < beforeS) this.#placed.delete(sn);
  }
}

function seekableEnd({ seekable }: HTMLVideoElement): number {
  return seekable.length === 0 ? 0 : seekable.end(seekable.length - 1);
}

const once = { maxNumRetry: 2, retryDelayMs: 500, maxRetryDelayMs: 2_000 };

const settings: Partial<HlsConfig> = {
  // A seek shall land in the segment of its moment also close to that segment's end.
  maxFragLookUpTolerance: 0,
  lowLatencyMode: false,
  backBufferLength: BACK_BUFFER_S,
  maxBufferLength: FORWARD_BUFFER_S,
  maxMaxBufferLength: FORWARD_BUFFER_S * 2,
  maxBufferSize: MOST_BUFFERED_BYTES,
  fragLoadPolicy: {
    default: { maxTimeToFirstByteMs: 8_000, maxLoadTimeMs: 30_000, timeoutRetry: once, errorRetry: once },
  },
};

/** A loader of playlists that asks the reel: it answers once there is more than the last time. */
function loaderOf(source: ReelSource): NonNullable<HlsConfig["pLoader"]> {
  return class ReelLoader implements Loader<PlaylistLoaderContext> {
    context: PlaylistLoaderContext | null = null;
    stats: LoaderStats = newStats();
    #cancel: (() => void) | null = null;

    load(
      context: PlaylistLoaderContext,
      _config: unknown,
      callbacks: LoaderCallbacks<PlaylistLoaderContext>,
    ): void {
      this.context = context;
      this.#cancel = source.next((text) => {
        const now = performance.now();
        this.stats.loading = { start: now, first: now, end: now };
        this.stats.loaded = this.stats.total = text.length;
        callbacks.onSuccess({ url: context.url, data: text, code: 200 }, this.stats, context, null);
      });
    }

    abort(): void {
      this.#cancel?.();
      this.#cancel = null;
    }

    destroy(): void {
      this.abort();
    }
  };
}

function newStats(): LoaderStats {
  return {
    aborted: false,
    loaded: 0,
    retry: 0,
    total: 0,
    chunkCount: 0,
    bwEstimate: 0,
    loading: { start: 0, first: 0, end: 0 },
    parsing: { start: 0, end: 0 },
    buffering: { start: 0, first: 0, end: 0 },
  };
}
