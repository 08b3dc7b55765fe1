/** Asks the gateway for what is recorded: playlists, and what the time line says about where there is none. */
import { answer, api, signedFetch } from "@/api/client";
import { ApiError, bodyError, errorOf } from "@/api/errors";
import type { DeviceTimeline } from "@/api/types";
import { type DeviceName, mediaPath } from "@/lib/deviceAddress";
import { type Entry, readPlaylist } from "./playlist";
import type { Stretch } from "./windows";

/** Thrown where a device has nothing to show at all. */
export class NoFootage extends Error {}

async function playlist(path: string, signal: AbortSignal): Promise<Entry[]> {
  const response = await signedFetch(new Request(path, { signal }));
  if (!response.ok) throw await errorOf(response);
  const text = await response.text().catch((error: unknown) => {
    throw bodyError(error);
  });
  return readPlaylist(text, new URL(path, location.origin).pathname);
}

/** The newest entries of a device; none where it has never recorded. Throws ApiError. */
export function liveEntries(name: DeviceName, signal: AbortSignal): Promise<Entry[]> {
  return playlist(mediaPath(name, "segments/output.m3u8"), signal).catch(noneWithoutFootage);
}

/** The entries that a stretch of the archive touches. Throws ApiError. */
export function archiveEntries(name: DeviceName, stretch: Stretch, signal: AbortSignal): Promise<Entry[]> {
  const range = new URLSearchParams({
    from: new Date(stretch.fromMs).toISOString(),
    to: new Date(stretch.toMs).toISOString(),
  });
  return playlist(`${mediaPath(name, "playlist.m3u8")}?${range}`, signal).catch(noneWithoutFootage);
}

function noneWithoutFootage(error: unknown): Entry[] {
  if (error instanceof ApiError && error.code === "no_footage") return [];
  throw error;
}

/** What is recorded of a device in a stretch, and why not where it is not. Throws ApiError. */
export async function timeLine(
  name: DeviceName,
  stretch: Stretch,
  signal: AbortSignal,
): Promise<DeviceTimeline | null> {
  const query = {
    device: `${name.host}/${name.device}`,
    from: new Date(stretch.fromMs).toISOString(),
    to: new Date(stretch.toMs).toISOString(),
  };
  const { devices } = await answer(api.GET("/api/v1/timeline", { params: { query }, signal }));
  return devices[0] ?? null;
}
