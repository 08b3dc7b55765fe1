import { type RefObject, useCallback, useImperativeHandle, useRef } from "react";
import classes from "./Stage.module.css";

/** What the stage can be asked. */
export interface StageHandle {
  /** Keeps the picture that is shown on the screen until the next one is. */
  hold(): void;
}

/** The picture. */
export function Stage({
  handle,
  onVideo,
  label,
}: {
  handle: RefObject<StageHandle | null>;
  onVideo: (video: HTMLVideoElement | null) => void;
  label: string;
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
      if (video.current !== null && held.current !== null) hold(video.current, held.current);
    },
  }));
  return (
    <div className={classes.stage}>
      <video ref={take} className={classes.picture} playsInline muted aria-label={label} />
      <canvas ref={held} className={classes.held} hidden aria-hidden />
    </div>
  );
}

// A new source leaves a video element black until its first picture: the last one stands in front of it meanwhile.
function hold(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
  if (video.videoWidth === 0 || video.readyState < 2) return;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  canvas.hidden = false;
  const release = () => {
    video.requestVideoFrameCallback(() => {
      canvas.hidden = true;
    });
  };
  video.addEventListener("emptied", release, { once: true });
}
