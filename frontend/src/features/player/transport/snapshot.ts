import type { DeviceName } from "@/lib/deviceAddress";

/** `lab-1_street_2026-11-21T15-00-02.470Z.png`: host, device, and when the picture was taken, in UTC. */
export function snapshotName(name: DeviceName, ms: number): string {
  const at = new Date(Math.round(ms)).toISOString().replaceAll(":", "-");
  return `${name.host}_${name.device}_${at}.png`;
}

/** The picture that `video` shows, as it is in the footage. Null where it shows none. */
export async function pictureOf(video: HTMLVideoElement): Promise<Blob | null> {
  if (video.videoWidth === 0 || video.readyState < 2) return null;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
