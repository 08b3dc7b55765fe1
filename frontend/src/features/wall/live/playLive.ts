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
import { withTrueTarget } from "./livePlaylist";

export interface LivePlay {
  /** When the shown picture was taken, in ms since 1970; null: not known yet. */
  shownMs(): number | null;
  stop(): void;
}

/** Begins to play. `failed` is called when it cannot go on by itself. */
export async function playLive(
  video: HTMLVideoElement,
  device: DeviceName,
  failed: () => void,
): Promise<LivePlay> {
  const address = mediaPath(device, "segments/output.m3u8");
  const { default: Hls, Events, ErrorTypes } = await import("hls.js/light");
  if (!Hls.isSupported()) return playNatively(video, address, failed);
  const hls = new Hls({ ...SETTINGS, pLoader: exactLoader(Hls.DefaultConfig.loader) });
  let recoveries = 0;
  hls.on(Events.ERROR, (_event, { fatal, type }) => {
    if (!fatal) return;
    if (type === ErrorTypes.MEDIA_ERROR && recoveries < 2) {
      recoveries += 1;
      hls.recoverMediaError();
    } else failed();
  });
  hls.attachMedia(video);
  hls.loadSource(address);
  return { shownMs: () => hls.playingDate?.getTime() ?? null, stop: () => hls.destroy() };
}

// Phones of one maker play HLS by themselves only.
function playNatively(video: HTMLVideoElement, address: string, failed: () => void): LivePlay {
  video.addEventListener("error", failed);
  video.src = address;
  return {
    shownMs: () => null,
    stop: () => {
      video.removeEventListener("error", failed);
      video.removeAttribute("src");
      video.load();
    },
  };
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
