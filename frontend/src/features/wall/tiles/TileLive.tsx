import { type RefObject, useEffect, useRef, useState } from "react";
import { serverNow } from "@/api/serverClock";
import { type LivePlay, playLive } from "@/features/wall/live/playLive";
import type { DeviceName } from "@/lib/deviceAddress";
import { duration } from "@/lib/format";
import classes from "./TileLive.module.css";

const BEHIND_EVERY_MS = 500;

/** How live playing goes: `behindMs` null: not known yet. */
export type LiveState =
  | { kind: "starting" }
  | { kind: "playing"; behindMs: number | null }
  | { kind: "failed" };

/** The live video over a tile's picture; invisible until it plays. `clockOffsetMs`: the host's minus ours. */
export function TileLive({
  host,
  device,
  clockOffsetMs,
  isMuted,
  video,
  onState,
}: DeviceName & {
  clockOffsetMs: number;
  isMuted: boolean;
  video: RefObject<HTMLVideoElement | null>;
  onState: (state: LiveState) => void;
}) {
  const [isShown, setIsShown] = useState(false);
  const offset = useRef(clockOffsetMs);
  offset.current = clockOffsetMs;
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    let isGone = false;
    let hasFailed = false;
    let play: LivePlay | null = null;
    let timer: ReturnType<typeof setInterval> | undefined;
    const failed = () => {
      if (isGone) return;
      hasFailed = true;
      // Else it would be said to play on, ever further behind.
      clearInterval(timer);
      timer = undefined;
      play?.stop();
      play = null;
      setIsShown(false);
      onState({ kind: "failed" });
    };
    const tell = () => {
      const shown = play?.shownMs() ?? null;
      onState({
        kind: "playing",
        behindMs: shown === null ? null : Math.max(0, serverNow() + offset.current - shown),
      });
    };
    const playing = () => {
      setIsShown(true);
      tell();
      timer ??= setInterval(tell, BEHIND_EVERY_MS);
    };
    element.addEventListener("playing", playing);
    onState({ kind: "starting" });
    playLive(element, { host, device }, failed).then((started) => {
      if (isGone || hasFailed) started.stop();
      else play = started;
    }, failed);
    return () => {
      isGone = true;
      clearInterval(timer);
      element.removeEventListener("playing", playing);
      play?.stop();
    };
  }, [host, device, video, onState]);
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
  return (
    <span className={classes.words}>
      <span className={classes.now}>Live</span>
      {state.behindMs !== null && <span>· {duration(state.behindMs)} behind</span>}
    </span>
  );
}
