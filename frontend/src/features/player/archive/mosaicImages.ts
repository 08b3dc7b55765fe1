/** Mosaics as images, the few that were used last kept decoded: a thumbnail is there at once while one scrubs. */

// Decoded, one takes 3.5 MB.
const MOST_KEPT = 12;
const RETRY_AFTER_MS = 15_000;

type State = "loading" | "ready" | "failed";

export interface MosaicImage {
  image: HTMLImageElement;
  state: State;
}

interface Kept extends MosaicImage {
  listeners: Set<() => void>;
  failedAt: number;
}

const kept = new Map<string, Kept>();

/** The image of `url`, which is loaded where it is not there yet. */
export function mosaicImage(url: string): MosaicImage {
  const found = kept.get(url);
  if (
    found !== undefined &&
    !(found.state === "failed" && performance.now() - found.failedAt > RETRY_AFTER_MS)
  ) {
    // Last used is last to go.
    kept.delete(url);
    kept.set(url, found);
    return found;
  }
  const image = new Image();
  const entry: Kept = { image, state: "loading", listeners: found?.listeners ?? new Set(), failedAt: 0 };
  const settle = (state: State) => {
    entry.state = state;
    entry.failedAt = performance.now();
    for (const listener of entry.listeners) listener();
  };
  image.src = url;
  image.decode().then(
    () => settle("ready"),
    () => settle("failed"),
  );
  kept.set(url, entry);
  for (const [oldest, one] of kept) {
    if (kept.size <= MOST_KEPT) break;
    if (one.listeners.size === 0) kept.delete(oldest);
  }
  return entry;
}

/** Calls `listener` when the image of `url` is there or has failed; returns how to stop that. */
export function onMosaicImage(url: string, listener: () => void): () => void {
  const listeners = kept.get(url)?.listeners;
  listeners?.add(listener);
  return () => listeners?.delete(listener);
}
