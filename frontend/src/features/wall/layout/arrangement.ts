/** In which order devices lie on the wall, and how that is changed. */

/** Full names of devices; null: an empty tile. */
export type Tiles = readonly (string | null)[];

/** `devices` in the order that was arranged; those that are new come behind, as they were. */
export function arranged(devices: readonly string[], order: readonly string[]): string[] {
  const there = new Set(devices);
  const known = order.filter((name) => there.has(name));
  const placed = new Set(known);
  return [...placed, ...devices.filter((name) => !placed.has(name))];
}

/** The two tiles have changed places; also with an empty one, which may lie beyond the end. */
export function swapped(tiles: Tiles, from: number, to: number): (string | null)[] {
  const changed = Array.from(
    { length: Math.max(tiles.length, from + 1, to + 1) },
    (_, i) => tiles[i] ?? null,
  );
  changed[from] = tiles[to] ?? null;
  changed[to] = tiles[from] ?? null;
  return changed;
}

/** How many screens `tiles` need; 1 at least. */
export function pageCount(tiles: Tiles, perPage: number): number {
  return Math.max(1, Math.ceil(tiles.length / perPage));
}

/** One screen of tiles, filled up with empty ones. `page`: from 0. */
export function pageOf(tiles: Tiles, perPage: number, page: number): (string | null)[] {
  return Array.from({ length: perPage }, (_, index) => tiles[page * perPage + index] ?? null);
}

/** `page` where there are so many screens. */
export function clampedPage(page: number, pages: number): number {
  return Math.min(Math.max(0, page), pages - 1);
}

/** `tiles` with these devices and no others: who stays keeps the place, who is new takes the first empty one. */
export function withDevices(tiles: Tiles, devices: readonly string[]): (string | null)[] {
  const wanted = new Set(devices);
  const kept = tiles.map((tile) => (tile !== null && wanted.delete(tile) ? tile : null));
  for (const name of wanted) {
    const free = kept.indexOf(null);
    if (free === -1) kept.push(name);
    else kept[free] = name;
  }
  return kept;
}

/** The devices among the tiles. */
export function devicesIn(tiles: Tiles): string[] {
  return tiles.filter((tile) => tile !== null);
}
