/** Mosaics as images, the few that were used last kept decoded: a thumbnail is there at once while one scrubs. */
import { signedFetch } from "@/api/client";
import type { MosaicTile } from "./mosaicTiles";

// Decoded, one takes 3.5 MB.
const MOST_KEPT = 16;
const RETRY_AFTER_MS = 15_000;

type Version = Pick<MosaicTile, "url" | "version">;

export interface MosaicImage {
  state: "loading" | "ready" | "failed";
  /** There while it is ready; of one that is fetched anew, the version before. */
  image: ImageBitmap | null;
}

interface Kept extends MosaicImage {
  version: number;
  failedAt: number;
}

const kept = new Map<string, Kept>();
const listeners = new Map<string, Set<() => void>>();

/** The image of a mosaic, which is fetched where it is not there yet or has grown since. */
export function mosaicImage({ url, version }: Version): MosaicImage {
  const found = kept.get(url);
  const isDue = found?.state === "failed" && performance.now() - found.failedAt > RETRY_AFTER_MS;
  // Of two that show the same hour the one whose minute is earlier must not fetch the older one again.
  if (found !== undefined && !isDue && (version === 0 || version <= found.version)) {
    // Last used is last to go.
    kept.delete(url);
    kept.set(url, found);
    return found;
  }
  const image = found?.image ?? null;
  const entry: Kept = { state: image === null ? "loading" : "ready", image, version, failedAt: 0 };
  kept.delete(url);
  kept.set(url, entry);
  forgetOldest();
  void load(url, entry);
  return entry;
}

async function load(url: string, entry: Kept): Promise<void> {
  try {
    const response = await signedFetch(new URL(url, location.href).href);
    if (!response.ok) throw new Error(`status ${response.status}`);
    entry.image = await createImageBitmap(await response.blob());
    entry.state = "ready";
  } catch {
    // Of an hour without pictures there is no mosaic; a host that is gone has it when it is back.
    entry.failedAt = performance.now();
    if (entry.image === null) entry.state = "failed";
  }
  for (const listener of listeners.get(url) ?? []) listener();
}

function forgetOldest(): void {
  for (const url of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    if (!listeners.has(url)) kept.delete(url);
  }
}

/** Calls `listener` when the image of `url` is there or has failed; returns how to stop that. */
export function onMosaicImage(url: string, listener: () => void): () => void {
  const those = listeners.get(url) ?? new Set();
  listeners.set(url, those.add(listener));
  return () => {
    those.delete(listener);
    if (those.size === 0 && listeners.get(url) === those) listeners.delete(url);
  };
}
