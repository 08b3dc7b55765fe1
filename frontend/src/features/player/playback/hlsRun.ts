import type Hls from "hls.js";
import type { HlsConfig, Loader, LoaderCallbacks, LoaderStats, PlaylistLoaderContext } from "hls.js";
import { frameTimes, timescaleOf } from "./frameTimes";
import type { ListedFragment, PlacedFragment } from "./pictureTimes";
import type { ReelSource } from "./reelSource";

// What has been shown stays for stepping back, and no longer: a player that is left open may not grow.
const BACK_BUFFER_S = 40;
const FORWARD_BUFFER_S = 30;
const MOST_BUFFERED_BYTES = 80_000_000;

/** What hls.js could not recover from by itself. */
export interface Trouble {
  kind: "media" | "network" | "other";
  /** HTTP status, where there was an answer. */
  httpStatus: number | null;
}

/** One hls.js with one reel, playing into a video element. */
export class HlsRun {
  readonly #hls: Hls;
  readonly #placed = new Map<number, PlacedFragment>();
  #timescale = 90_000;

  private constructor(hls: Hls) {
    this.#hls = hls;
  }

  /** Begins to load `source` into `video`, `startS` seconds into the reel. */
  static async start(
    video: HTMLVideoElement,
    source: ReelSource,
    startS: number,
    troubled: (trouble: Trouble) => void,
  ): Promise<HlsRun> {
    const { default: HlsLight, Events, ErrorTypes } = await import("hls.js/light");
    const hls = new HlsLight({ ...settings, startPosition: startS, pLoader: loaderOf(source) });
    const run = new HlsRun(hls);
    hls.on(Events.BUFFER_APPENDING, (_event, { type, frag, data, offset }) => {
      if (type !== "video") return;
      run.#timescale = timescaleOf(data) ?? run.#timescale;
      if (typeof frag.sn !== "number" || frag.programDateTime === null) return;
      run.#place(frag.sn, frag.programDateTime, frameTimes(data, run.#timescale), offset ?? 0, frag.duration);
      run.#forget(video.currentTime - 2 * BACK_BUFFER_S);
    });
    hls.on(Events.ERROR, (_event, { fatal, type, response }) => {
      if (!fatal) return;
      const kind =
        type === ErrorTypes.MEDIA_ERROR ? "media" : type === ErrorTypes.NETWORK_ERROR ? "network" : "other";
      troubled({ kind, httpStatus: response?.code || null });
    });
    hls.attachMedia(video);
    hls.loadSource("/media/reel.m3u8");
    return run;
  }

  /** The fragments whose pictures are, or were not long ago, in the browser's buffer. */
  get placed(): Iterable<PlacedFragment> {
    return this.#placed.values();
  }

  /** The fragments that the playlist has by now. */
  get listed(): ListedFragment[] {
    const fragments = this.#hls.latestLevelDetails?.fragments ?? [];
    return fragments.flatMap(({ start, duration, programDateTime }) =>
      programDateTime === null ? [] : [{ startS: start, durationS: duration, dateMs: programDateTime }],
    );
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
