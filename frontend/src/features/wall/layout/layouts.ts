/** How tiles lie on the wall: columns, and whether the first one is large. */

export interface Layout {
  /** As the browser remembers it: "9", "1+12". */
  id: string;
  columns: number;
  rows: number;
  /** How many tiles it has. */
  tiles: number;
  /** The first tile covers two columns and two rows. */
  isFirstLarge: boolean;
  /** For people: "9 tiles". */
  label: string;
}

function grid(side: number): Layout {
  const tiles = side * side;
  const label = tiles === 1 ? "1 tile" : `${tiles} tiles`;
  return { id: String(tiles), columns: side, rows: side, tiles, isFirstLarge: false, label };
}

function focus(side: number): Layout {
  const small = side * side - 4;
  const label = `1 large and ${small} small`;
  return { id: `1+${small}`, columns: side, rows: side, tiles: small + 1, isFirstLarge: true, label };
}

/** No layout has more tiles, and no saved view more places. */
export const MOST_TILES = 36;

const LARGEST = grid(6);

/** From few to many tiles. */
export const LAYOUTS: readonly Layout[] = [
  grid(1),
  grid(2),
  focus(3),
  grid(3),
  focus(4),
  grid(4),
  grid(5),
  LARGEST,
];

function scrolled(columns: number): Layout {
  const label = columns === 1 ? "1 column" : `${columns} columns`;
  const rows = MOST_TILES / columns;
  return { id: `phone-${columns}`, columns, rows, tiles: MOST_TILES, isFirstLarge: false, label };
}

/** For narrow windows: columns to scroll. */
export const NARROW_LAYOUTS: readonly Layout[] = [scrolled(1), scrolled(2)];

/** The layout of that id among `layouts`; undefined: there is none. */
export function layoutOf(layouts: readonly Layout[], id: string | null): Layout | undefined {
  return layouts.find((layout) => layout.id === id);
}

/** The layout that leaves the fewest tiles empty for so many devices; the largest where none has room. */
export function layoutFor(devices: number): Layout {
  return LAYOUTS.find((layout) => layout.tiles >= devices) ?? LARGEST;
}

const ASPECT = 16 / 9;

/** Width and height in px of the largest 16:9 tiles with which all rows fit the room. */
export function fitted(
  { columns, rows }: Layout,
  width: number,
  height: number,
  gap: number,
): { tileWidth: number; tileHeight: number } {
  const byWidth = (width - gap * (columns - 1)) / columns;
  const byHeight = ((height - gap * (rows - 1)) / rows) * ASPECT;
  // Whole pixels, so that no edge is blurred.
  const tileWidth = Math.max(0, Math.floor(Math.min(byWidth, byHeight)));
  return { tileWidth, tileHeight: Math.floor(tileWidth / ASPECT) };
}

/** Column and row, from 0, of the tile at `index`; a large one is where it begins. */
export function cellOf(layout: Layout, index: number): { column: number; row: number } {
  const { columns, isFirstLarge } = layout;
  if (!isFirstLarge) return { column: index % columns, row: Math.floor(index / columns) };
  if (index === 0) return { column: 0, row: 0 };
  const beside = columns - 2;
  const small = index - 1;
  if (small < 2 * beside) return { column: 2 + (small % beside), row: Math.floor(small / beside) };
  const below = small - 2 * beside;
  return { column: below % columns, row: 2 + Math.floor(below / columns) };
}

export type Direction = "left" | "right" | "up" | "down";

/** The place one reaches from `index` with an arrow; the same one where the wall ends. */
export function neighbour(layout: Layout, index: number, direction: Direction): number {
  const size = layout.isFirstLarge && index === 0 ? 2 : 1;
  const { column, row } = cellOf(layout, index);
  const to = {
    left: { column: column - 1, row },
    right: { column: column + size, row },
    up: { column, row: row - 1 },
    down: { column, row: row + size },
  }[direction];
  return placeAt(layout, to.column, to.row) ?? index;
}

function placeAt(layout: Layout, column: number, row: number): number | undefined {
  if (column < 0 || row < 0 || column >= layout.columns || row >= layout.rows) return undefined;
  if (layout.isFirstLarge && column < 2 && row < 2) return 0;
  for (let index = 0; index < layout.tiles; index += 1) {
    const cell = cellOf(layout, index);
    if (cell.column === column && cell.row === row) return index;
  }
  return undefined;
}
