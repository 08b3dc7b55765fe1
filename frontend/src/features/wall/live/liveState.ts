/** How live playing goes, and whether what it shows is of now. */
import type { TileView } from "@/features/wall/feed/tileView";

/**
 * `behindMs`: how old the shown picture is; null: not known. `segmentMs`: how long the stream's pieces are; null: not
 * known.
 */
export type LiveState =
  | { kind: "starting" }
  | { kind: "playing"; behindMs: number | null; segmentMs: number | null }
  | { kind: "failed" };

// As old as pictures may be before they count as stale.
const LEAST_BEHIND_MS = 8_000;
const NETWORK_MS = 2_000;

/**
 * Whether what plays is of now. A recorder that has ended leaves its last segments to be played: who begins, or goes
 * on, there sees what was long ago. A player keeps one and a half pieces behind the newest, which is a whole one old.
 */
export function looksLive(state: LiveState): boolean {
  if (state.kind !== "playing" || state.behindMs === null) return false;
  return state.behindMs < Math.max(LEAST_BEHIND_MS, 3 * (state.segmentMs ?? 0) + NETWORK_MS);
}

const NOTHING_NEW: ReadonlySet<TileView["word"]> = new Set([
  "no source",
  "stopped",
  "host silent",
  "unknown",
] satisfies TileView["word"][]);

/** Whether there is anything live to be expected of a tile. */
export function mayPlayLive(word: TileView["word"]): boolean {
  return !NOTHING_NEW.has(word);
}

const FIRST_AGAIN_MS = 2_500;
const LAST_AGAIN_MS = 10_000;

/** How long to wait before live is begun again. `failures`: how often it ended since it played, 1 the first time. */
export function againAfterMs(failures: number): number {
  return Math.min(LAST_AGAIN_MS, FIRST_AGAIN_MS * 1.6 ** (failures - 1));
}
