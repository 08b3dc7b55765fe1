/** A device's live video in a video element. */
import type {
  HlsConfig,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
  LoaderStats,
  PlaylistLoaderContext,
} from "hls.js";
import { type DeviceName, mediaPath } from "@/lib/deviceAddress";
import { type HlsBuild, loadHls, needsFullBuild, undecodable } from "@/lib/hls";
import { withTrueTarget } from "./livePlaylist";

export interface LivePlay {
  /** When the shown picture was taken, in ms since 1970; null: not known yet. */
  shownMs(): number | null;
  /** How long the stream's longest piece is; null: not known. */
  segmentMs(): number | null;
  stop(): void;
}

/** Begins to play. `failed` is called when it cannot go on by itself. */
export async function playLive(
  video: HTMLVideoElement,
  device: DeviceName,
  failed: () => void,
): Promise<LivePlay> {
  let isStopped = false;
  let play = await begin(video, device, "light", failed, () => {
    play.stop();
    void begin(video, device, "full", failed, failed).then((fuller) => {
      if (isStopped) fuller.stop();
      else play = fuller;
    }, failed);
  });
  return {
    shownMs: () => play.shownMs(),
    segmentMs: () => play.segmentMs(),
    stop: () => {
      isStopped = true;
      play.stop();
    },
  };
}

/** `fuller`: called once where it takes the full build. */
async function begin(
  video: HTMLVideoElement,
  device: DeviceName,
  build: HlsBuild,
  failed: () => void,
  fuller: () => void,
): Promise<LivePlay> {
  const address = mediaPath(device, "segments/output.m3u8");
  const { default: Hls, Events, ErrorTypes } = await loadHls(build);
  if (!Hls.isSupported()) return playNatively(video, address, failed);
  const hls = new Hls({ ...SETTINGS, pLoader: exactLoader(Hls.DefaultConfig.loader) });
  let recoveries = 0;
  let isFuller = false;
  hls.on(Events.ERROR, (_event, data) => {
    if (isFuller) return;
    if (build === "light" && needsFullBuild(data)) {
      isFuller = true;
      // Not within its own telling.
      setTimeout(fuller);
    } else if (undecodable(data) !== null) setTimeout(failed);
    else if (data.fatal && data.type === ErrorTypes.MEDIA_ERROR && recoveries < 2) {
      recoveries += 1;
      hls.recoverMediaError();
    } else if (data.fatal) failed();
  });
  hls.attachMedia(video);
  hls.loadSource(address);
  return {
    shownMs: () => hls.playingDate?.getTime() ?? null,
    segmentMs: () => {
      const seconds = hls.latestLevelDetails?.targetduration;
      return seconds === undefined ? null : seconds * 1000;
    },
    stop: () => hls.destroy(),
  };
}

// Phones of one maker play HLS by themselves only.
function playNatively(video: HTMLVideoElement, address: string, failed: () => void): LivePlay {
  video.addEventListener("error", failed);
  video.src = address;
  return {
    shownMs: () => {
      const beganMs = startMs(video);
      return beganMs === null ? null : beganMs + video.currentTime * 1000;
    },
    segmentMs: () => null,
    stop: () => {
      video.removeEventListener("error", failed);
      video.removeAttribute("src");
      video.load();
    },
  };
}

// Known there only, and to no list of what browsers have; without a playlist's dates it is no time.
function startMs(video: HTMLVideoElement): number | null {
  if (!("getStartDate" in video) || typeof video.getStartDate !== "function") return null;
  const began: unknown = video.getStartDate();
  return began instanceof Date && !Number.isNaN(began.getTime()) ? began.getTime() : null;
}

const SETTINGS: Partial<HlsConfig> = {
  // Segments have a second; half of one more bridges what the network takes.
  liveSyncDurationCount: 1.5,
  liveMaxLatencyDurationCount: 5,
  maxLiveSyncPlaybackRate: 1.2,
  lowLatencyMode: true,
  backBufferLength: 4,
  maxBufferLength: 6,
};

function exactLoader(
  Base: new (config: HlsConfig) => Loader<LoaderContext>,
): NonNullable<HlsConfig["pLoader"]> {
  return class ExactLoader implements Loader<PlaylistLoaderContext> {
    private readonly base: Loader<LoaderContext>;
    context: PlaylistLoaderContext | null = null;

    constructor(config: HlsConfig) {
      this.base = new Base(config);
    }

    get stats(): LoaderStats {
      return this.base.stats;
    }

    load(
      context: PlaylistLoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<PlaylistLoaderContext>,
    ): void {
      this.context = context;
      this.base.load(context, config, {
        onSuccess: (response, stats, _context, network) => {
          if (typeof response.data === "string") response.data = withTrueTarget(response.data);
          callbacks.onSuccess(response, stats, context, network);
        },
        onError: (error, _context, network, stats) => callbacks.onError(error, context, network, stats),
        onTimeout: (stats, _context, network) => callbacks.onTimeout(stats, context, network),
      });
    }

    abort(): void {
      this.base.abort();
    }

    destroy(): void {
      this.base.destroy();
    }
  };
}
