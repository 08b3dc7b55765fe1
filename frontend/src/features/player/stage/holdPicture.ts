/**
 * Draws what `video` shows into `canvas` and shows that until the video's next source has its first picture: a
 * video element is black in between.
 */
export function holdPicture(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
  if (video.videoWidth === 0 || video.readyState < 2 || !canvas.hidden) return;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  canvas.hidden = false;
  const release = () =>
    video.requestVideoFrameCallback(() => {
      canvas.hidden = true;
    });
  video.addEventListener("loadeddata", release, { once: true });
}
