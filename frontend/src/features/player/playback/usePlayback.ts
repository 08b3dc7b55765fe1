import { useEffect, useMemo, useRef, useState } from "react";
import { serverNow } from "@/api/serverClock";
import type { DeviceName } from "@/lib/deviceAddress";
import { useNow } from "@/lib/useNow";
import { useZone } from "@/lib/ZoneContext";
import { Engine, type EngineState } from "./engine";
import type { Playback } from "./playback";
import { sentenceOf } from "./sentences";

// As often as the page is told of the time while it plays: more often nobody reads it.
const TOLD_EVERY_MS = 100;
// At 16 times the speed a picture's time is further from the last one told than this only behind a gap.
const LEAPS_MS = 3_000;

const nothingYet: EngineState = {
  timeMs: null,
  status: "loading",
  isPlaying: true,
  rate: 1,
  follows: true,
  seekingToMs: null,
  trouble: null,
  hasNoFootage: false,
  leftOut: null,
};

/** What plays in `video`, beginning at `startMs`, or live where that is null. */
export function usePlayback(
  name: DeviceName,
  video: HTMLVideoElement | null,
  startMs: number | null,
  holdPicture: () => void,
): Playback {
  const { zone } = useZone();
  const engine = useRef<Engine | null>(null);
  const [state, setState] = useState<EngineState>(nothingYet);
  const { host, device } = name;
  // Only what it begins with: later moments are sought.
  const start = useRef(startMs);
  start.current = startMs;
  useEffect(() => {
    if (video === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let told = 0;
    let toldMs: number | null = null;
    const tell = () => {
      clearTimeout(timer);
      timer = undefined;
      told = performance.now();
      toldMs = made.state.timeMs;
      setState(made.state);
    };
    const made = new Engine({ host, device }, video, holdPicture, () => {
      const { timeMs } = made.state;
      // Beside a picture from behind a gap the time before it would be wrong by the whole gap.
      const hasLeapt = timeMs !== null && toldMs !== null && Math.abs(timeMs - toldMs) > LEAPS_MS;
      if (hasLeapt) tell();
      else timer ??= setTimeout(tell, Math.max(0, TOLD_EVERY_MS - (performance.now() - told)));
    });
    engine.current = made;
    if (start.current === null) made.goLive();
    else made.seek(start.current);
    return () => {
      clearTimeout(timer);
      made.destroy();
      engine.current = null;
    };
  }, [host, device, video, holdPicture]);

  const commands = useMemo(() => {
    const shown = () => engine.current?.state.seekingToMs ?? engine.current?.state.timeMs ?? serverNow();
    return {
      seek: (ms: number) => engine.current?.seek(ms),
      goLive: () => engine.current?.goLive(),
      play: () => engine.current?.play(),
      pause: () => engine.current?.pause(),
      toggle: () => (engine.current?.state.isPlaying ? engine.current.pause() : engine.current?.play()),
      step: (frames: number) => engine.current?.step(frames),
      skip: (ms: number) => engine.current?.seek(shown() + ms),
      prepare: (ms: number) => engine.current?.prepare(ms),
      know: (recorded: readonly { from: number; to: number }[]) => engine.current?.know(recorded),
      setRate: (rate: number) => engine.current?.setRate(rate),
    };
  }, []);
  // Where no picture comes any more, nothing else would tell how old the last one is by now.
  const nowMs = useNow();
  const playback = useMemo<Playback>(
    () => ({
      ...commands,
      mode: state.follows ? "live" : "archive",
      timeMs: state.timeMs,
      isPlaying: state.isPlaying,
      status: state.status,
      sentence: sentenceOf(state, { host, device }, zone),
      rate: state.rate,
      behindLiveMs: state.timeMs === null ? null : Math.max(0, Math.max(nowMs, serverNow()) - state.timeMs),
      seekingToMs: state.seekingToMs,
      hasNoFootage: state.hasNoFootage,
    }),
    [commands, state, host, device, zone, nowMs],
  );
  return playback;
}
