import { Loader } from "@mantine/core";
import { IconHistory, IconPointFilled, IconVideoOff } from "@tabler/icons-react";
import { type RefObject, useCallback, useEffect, useImperativeHandle, useRef, useState } from "react";
import type { Device } from "@/api/types";
import type { DeviceName } from "@/lib/deviceAddress";
import type { Playback } from "../playback/playback";
import { holdPicture } from "./holdPicture";
import classes from "./Stage.module.css";
import { isEmpty, trouble } from "./trouble";

// What is there sooner than this would only flash.
const WAITS_UNSEEN_MS = 400;

/** What the stage can be asked. */
export interface StageHandle {
  /** Keeps the picture that is shown on the screen until the next one is. */
  hold(): void;
}

/** The picture, and over it what has to be said about it. `device`: null while it is not known yet. */
export function Stage({
  handle,
  onVideo,
  name,
  label,
  device,
  playback,
}: {
  handle: RefObject<StageHandle | null>;
  onVideo: (video: HTMLVideoElement | null) => void;
  name: DeviceName;
  label: string;
  device: Device | null;
  playback: Playback;
}) {
  const video = useRef<HTMLVideoElement | null>(null);
  const held = useRef<HTMLCanvasElement | null>(null);
  const take = useCallback(
    (element: HTMLVideoElement | null) => {
      video.current = element;
      onVideo(element);
    },
    [onVideo],
  );
  useImperativeHandle(handle, () => ({
    hold() {
      if (video.current !== null && held.current !== null) holdPicture(video.current, held.current);
    },
  }));
  const isWaiting = playback.status === "loading" || playback.status === "waiting";
  const isWaitingLong = useHolds(isWaiting, WAITS_UNSEEN_MS);
  const hasNothing = isEmpty(playback, device);
  const said = trouble(playback, device, name);
  const isOld = said?.isOld === true;
  return (
    <section className={`${classes.stage} ${isOld ? classes.old : ""}`} aria-label="Picture">
      {/* biome-ignore lint/a11y/useMediaCaption: cameras have no captions */}
      <video
        ref={take}
        className={classes.picture}
        playsInline
        disableRemotePlayback
        aria-label={`Picture of ${label}`}
        onClick={playback.toggle}
        tabIndex={-1}
      />
      <canvas ref={held} className={classes.held} hidden aria-hidden />
      {!hasNothing && <ModeBadge playback={playback} isOld={isOld} />}
      {isWaitingLong && !isOld && (
        <div className={classes.waiting}>
          <Loader size="md" color="gray" aria-hidden />
        </div>
      )}
      {hasNothing ? (
        <div className={classes.empty} data-testid="empty">
          <IconVideoOff size={32} stroke={1.5} aria-hidden />
          <h2>{label} has no footage yet</h2>
          <p>{device?.sentence ?? "Pictures appear here by themselves as soon as it records."}</p>
        </div>
      ) : (
        <p className={said === null ? classes.silent : classes.sentence} role="status">
          {said?.sentence}
        </p>
      )}
    </section>
  );
}

function ModeBadge({ playback, isOld }: { playback: Playback; isOld: boolean }) {
  const isLive = playback.mode === "live";
  if (playback.timeMs === null && playback.seekingToMs === null) return null;
  const Icon = isLive ? IconPointFilled : IconHistory;
  return (
    <span className={`${classes.mode} ${isLive && !isOld ? classes.live : ""}`} data-testid="mode">
      <Icon size={16} stroke={1.6} aria-hidden />
      {isLive ? (isOld ? "Last picture" : "Live") : "Archive"}
    </span>
  );
}

/** Whether `holds` has held for `ms`. */
function useHolds(holds: boolean, ms: number): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!holds) {
      setLong(false);
      return;
    }
    const timer = setTimeout(() => setLong(true), ms);
    return () => clearTimeout(timer);
  }, [holds, ms]);
  return isLong;
}
