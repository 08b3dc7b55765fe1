/** The picture that a tile shows, as a file. */
import type { DeviceName } from "@/lib/deviceAddress";
import { isoTime } from "@/lib/format";

const QUALITY = 0.92;

/** `lab-1_street_2026-11-20T21-47-32Z.jpg`: names that every system takes. `takenMs` null: not known, and not said. */
export function fileName({ host, device }: DeviceName, takenMs: number | null): string {
  if (takenMs === null) return `${host}_${device}.jpg`;
  const time = isoTime(Math.floor(takenMs / 1000) * 1000).replaceAll(":", "-");
  return `${host}_${device}_${time}.jpg`;
}

/** The video's picture in its full size; null where it has none. */
export async function pictureOf(video: HTMLVideoElement | null): Promise<Blob | null> {
  if (video === null || video.videoWidth === 0) return null;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
