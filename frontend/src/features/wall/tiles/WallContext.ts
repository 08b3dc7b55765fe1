import { createContext, use } from "react";
import type { FrameFeed } from "@/features/wall/feed/frameFeed";
import type { TileStore } from "@/features/wall/feed/tileStore";
import type { LiveChoice } from "@/features/wall/live/liveChoice";

/** What all tiles of a wall share; the same for the wall's life. */
export interface WallParts {
  store: TileStore;
  feed: FrameFeed;
  live: LiveChoice;
}

export const WallContext = createContext<WallParts | null>(null);

/** The wall that this tile is on. */
export function useWall(): WallParts {
  const parts = use(WallContext);
  if (parts === null) throw new Error("useWall outside of a wall");
  return parts;
}
