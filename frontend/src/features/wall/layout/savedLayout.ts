/** A layout and its tiles as saved views keep them: columns, and places row by row. */
import type { Tiles } from "./arrangement";
import { LAYOUTS, type Layout, layoutFor, MOST_TILES } from "./layouts";

export interface SavedLayout {
  columns: number;
  /** Full names of devices; null: an empty place. */
  tiles: (string | null)[];
}

/**
 * The layout that was saved. Whether the first tile is large is not said in so many words: then there are as
 * many places as that layout's screens have, and not as many as a plain grid's.
 */
export function layoutOfSaved({ columns, tiles }: SavedLayout): Layout {
  const alike = LAYOUTS.filter((layout) => layout.columns === columns);
  return (
    alike.find((layout) => tiles.length % layout.tiles === 0 && !layout.isFirstLarge) ??
    alike.find((layout) => tiles.length % layout.tiles === 0) ??
    alike.find((layout) => !layout.isFirstLarge) ??
    layoutFor(tiles.length)
  );
}

/** What to save: whole screens where there is room, and no more places than a view can have. */
export function savedOf(layout: Layout, tiles: Tiles): SavedLayout {
  const last = tiles.findLastIndex((tile) => tile !== null);
  const kept = tiles.slice(0, Math.min(last + 1, MOST_TILES));
  const screens = Math.max(1, Math.ceil(kept.length / layout.tiles));
  for (let places = screens * layout.tiles; places <= MOST_TILES; places += layout.tiles) {
    const saved = filledUp(layout.columns, kept, places);
    if (layoutOfSaved(saved).id === layout.id) return saved;
  }
  return filledUp(layout.columns, kept, Math.min(screens * layout.tiles, MOST_TILES));
}

function filledUp(columns: number, tiles: Tiles, places: number): SavedLayout {
  return { columns, tiles: Array.from({ length: places }, (_, index) => tiles[index] ?? null) };
}
