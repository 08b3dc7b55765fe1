/** Addresses of pages and files of a device. */
import { isoTime } from "./format";

export interface DeviceName {
  host: string;
  device: string;
}

/** `lab-1/cam3` taken apart. */
export function splitName(fullName: string): DeviceName {
  const slash = fullName.indexOf("/");
  return { host: fullName.slice(0, slash), device: fullName.slice(slash + 1) };
}

function below(name: DeviceName): string {
  return `${encodeURIComponent(name.host)}/${encodeURIComponent(name.device)}`;
}

/** The player, live or at a moment (ms since 1970). */
export function playerPath(name: DeviceName, atMs?: number): string {
  return `/devices/${below(name)}${atMs === undefined ? "" : `?t=${isoTime(atMs)}`}`;
}

/** The device's 24 × 60 heatmap. */
export function deviceHeatmapPath(name: DeviceName): string {
  return `/heatmap/${below(name)}`;
}

/** The picture at a moment (ms since 1970), as an image's address. */
export function framePath(name: DeviceName, atMs: number): string {
  return `/api/v1/devices/${below(name)}/frame?at=${encodeURIComponent(new Date(atMs).toISOString())}`;
}

/** A media file or playlist below the device. */
export function mediaPath(name: DeviceName, path: string): string {
  return `/media/${below(name)}/${path}`;
}
