import { type RefObject, useEffect, useRef, useState } from "react";
import { serverNow } from "@/api/serverClock";
import { againAfterMs, type LiveState, looksLive } from "@/features/wall/live/liveState";
import { type LivePlay, playLive } from "@/features/wall/live/playLive";
import type { DeviceName } from "@/lib/deviceAddress";
import { duration } from "@/lib/format";
import classes from "./TileLive.module.css";

const BEHIND_EVERY_MS = 500;

/**
 * The live video over a tile's picture; invisible unless what it plays is of now. Where it fails it begins again for
 * as long as it is there. `clockOffsetMs`: the host's minus ours. `play`: what plays is left there.
 */
export function TileLive({
  host,
  device,
  clockOffsetMs,
  isMuted,
  video,
  play,
  onState,
}: DeviceName & {
  clockOffsetMs: number;
  isMuted: boolean;
  video: RefObject<HTMLVideoElement | null>;
  play: RefObject<LivePlay | null>;
  onState: (state: LiveState) => void;
}) {
  const [isShown, setIsShown] = useState(false);
  const offset = useRef(clockOffsetMs);
  offset.current = clockOffsetMs;
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    let isGone = false;
    let failures = 0;
    let timer: ReturnType<typeof setInterval> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      // Else it would be said to play on, ever further behind.
      clearInterval(timer);
      timer = undefined;
      play.current?.stop();
      play.current = null;
    };
    const begin = () => {
      let hasFailed = false;
      const failed = () => {
        if (isGone || hasFailed) return;
        hasFailed = true;
        end();
        setIsShown(false);
        onState({ kind: "failed" });
        failures += 1;
        again = setTimeout(begin, againAfterMs(failures));
      };
      playLive(element, { host, device }, failed).then((started) => {
        if (isGone || hasFailed) started.stop();
        else play.current = started;
      }, failed);
    };
    const tell = () => {
      const shown = play.current?.shownMs() ?? null;
      const state: LiveState = {
        kind: "playing",
        behindMs: shown === null ? null : Math.max(0, serverNow() + offset.current - shown),
        segmentMs: play.current?.segmentMs() ?? null,
      };
      if (looksLive(state)) failures = 0;
      setIsShown(looksLive(state));
      onState(state);
    };
    const playing = () => {
      tell();
      timer ??= setInterval(tell, BEHIND_EVERY_MS);
    };
    element.addEventListener("playing", playing);
    onState({ kind: "starting" });
    begin();
    return () => {
      isGone = true;
      clearTimeout(again);
      element.removeEventListener("playing", playing);
      end();
    };
  }, [host, device, video, play, onState]);
  return (
    <video
      ref={video}
      className={classes.video}
      data-shown={isShown}
      muted={isMuted}
      autoPlay
      playsInline
      disablePictureInPicture
    />
  );
}

/** "Live · 0.9 s behind". */
export function LiveWords({ state }: { state: LiveState }) {
  if (state.kind === "starting") return <span className={classes.quiet}>Live is starting…</span>;
  if (state.kind === "failed")
    return <span className={classes.quiet}>Live does not play; pictures go on</span>;
  if (!looksLive(state)) return <span className={classes.quiet}>Live waits for newer video</span>;
  return (
    <span className={classes.words}>
      <span className={classes.now}>Live</span>
      {state.behindMs !== null && <span>· {duration(state.behindMs)} behind</span>}
    </span>
  );
}
