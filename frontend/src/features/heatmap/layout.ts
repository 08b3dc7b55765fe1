/** Where rows and minutes are on the board, in CSS pixels from its upper left corner. */

export interface Cell {
  row: number;
  minute: number;
}

/** Rows are drawn in bands, one canvas each, of which only those in sight are there. */
export const BAND_ROWS = 16;

/** The cell at `x`, `y` of the area that has the cells; null: none. */
export function cellAt(
  x: number,
  y: number,
  area: { width: number; rowHeight: number; rows: number; minutes: number },
): Cell | null {
  const row = Math.floor(y / area.rowHeight);
  const minute = Math.floor((x / area.width) * area.minutes);
  const isInside = row >= 0 && row < area.rows && minute >= 0 && minute < area.minutes;
  return isInside ? { row, minute } : null;
}

/** The bands `[first, last]` that are in sight, one more on each side. */
export function bandsInSight(top: number, height: number, rowHeight: number, rows: number): [number, number] {
  const band = BAND_ROWS * rowHeight;
  const last = Math.max(0, Math.ceil(rows / BAND_ROWS) - 1);
  return [
    Math.min(last, Math.max(0, Math.floor(top / band) - 1)),
    Math.min(last, Math.floor((top + height) / band) + 1),
  ];
}

/** How far to scroll so that `share` of the `width` is in the middle of the part that is `seen`. */
export function scrollTo(share: number, width: number, seen: number): number {
  return share * width - seen / 2;
}

/** The share of the `width` that is in the middle of the part that is `seen`, scrolled by `left`. */
export function middleOf(left: number, width: number, seen: number): number {
  return (left + seen / 2) / width;
}

/**
 * Where the minute of `cell` is after the area's first one has become `by` minutes earlier (later, if negative);
 * at the area's edge where it has left it. `rowMinutes`: how much later the next row is.
 */
export function atSameMinute(cell: Cell, by: number, area: { minutes: number; rowMinutes: number }): Cell {
  const { minutes, rowMinutes } = area;
  if (rowMinutes === 0) return { ...cell, minute: Math.max(0, Math.min(minutes - 1, cell.minute + by)) };
  const at = Math.max(0, cell.row * rowMinutes + cell.minute + by);
  return { row: Math.floor(at / rowMinutes), minute: at % rowMinutes };
}

/** The cell that a key leads to; null: the key does not move. */
export function moved(
  cell: Cell,
  press: { key: string; shiftKey: boolean },
  area: { rows: number; minutes: number; pageRows: number; lastMinute: number },
): Cell | null {
  const step = press.shiftKey ? 10 : 1;
  const to = (row: number, minute: number): Cell => ({
    row: Math.max(0, Math.min(area.rows - 1, row)),
    minute: Math.max(0, Math.min(area.minutes - 1, minute)),
  });
  switch (press.key) {
    case "ArrowLeft":
      return to(cell.row, cell.minute - step);
    case "ArrowRight":
      return to(cell.row, cell.minute + step);
    case "ArrowUp":
      return to(cell.row - 1, cell.minute);
    case "ArrowDown":
      return to(cell.row + 1, cell.minute);
    case "PageUp":
      return to(cell.row - area.pageRows, cell.minute);
    case "PageDown":
      return to(cell.row + area.pageRows, cell.minute);
    case "Home":
      return to(cell.row, 0);
    case "End":
      return to(cell.row, area.lastMinute);
    default:
      return null;
  }
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const GAP_PX = 6;

/** Where a card beside a cell goes: below the row so that it stays in sight, above it where that has no room. */
export function cardPlace(
  cell: Box,
  card: { width: number; height: number },
  room: Box,
): { left: number; top: number } {
  const wished = cell.left + cell.width / 2 - card.width / 2;
  const left = Math.max(room.left, Math.min(room.left + room.width - card.width, wished));
  const below = cell.top + cell.height + GAP_PX;
  if (below + card.height <= room.top + room.height) return { left, top: below };
  const above = cell.top - card.height - GAP_PX;
  return { left, top: above >= room.top ? above : Math.max(room.top, room.top + room.height - card.height) };
}
