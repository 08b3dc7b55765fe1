import { type KeyboardEvent, type MouseEvent, type PointerEvent, useRef, useState } from "react";
import { atSameMinute, type Cell, cellAt, moved } from "./layout";

/** The cell that is looked at, and what chose it. */
export interface Cursor {
  cell: Cell;
  by: "pointer" | "keys";
}

interface Area {
  width: number;
  rowHeight: number;
  rows: number;
  minutes: number;
  lastMinute: number;
  /** The minute of the first cell, counted from 1970. */
  firstMinute: number;
  /** How many minutes the next row is later: 0 where rows are devices. */
  rowMinutes: number;
  /** Whether the cell is one to look at: those to come are not. */
  has: (cell: Cell) => boolean;
}

const LONG_PRESS_MS = 400;

/** The cursor of an area of cells, moved by mouse, long press and keys; `open`: a click, a tap, Enter. */
export function useCursor(area: Area, pageRows: number, open: (cell: Cell) => void) {
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [firstMinute, setFirstMinute] = useState(area.firstMinute);
  if (firstMinute !== area.firstMinute) {
    // The day has moved on under it: keys stay at their minute, a pointer at its place.
    setFirstMinute(area.firstMinute);
    setCursor((was) =>
      was?.by === "keys"
        ? { ...was, cell: atSameMinute(was.cell, firstMinute - area.firstMinute, area) }
        : was,
    );
  }
  const pressing = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wasLong = useRef(false);

  const newest = { row: 0, minute: area.lastMinute };
  const first = area.has(newest) ? newest : { row: 0, minute: 0 };
  const under = (event: MouseEvent<HTMLElement>): Cell | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const cell = cellAt(event.clientX - box.left, event.clientY - box.top, area);
    return cell !== null && area.has(cell) ? cell : null;
  };
  const look = (cell: Cell | null) => {
    setCursor((was) => {
      if (cell === null) return null;
      const isSame = was?.by === "pointer" && was.cell.row === cell.row && was.cell.minute === cell.minute;
      return isSame ? was : { cell, by: "pointer" };
    });
  };
  const handlers = {
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (event.pointerType === "mouse" || wasLong.current) look(under(event));
      else clearTimeout(pressing.current);
    },
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      wasLong.current = false;
      if (event.pointerType === "mouse") return;
      const cell = under(event);
      clearTimeout(pressing.current);
      pressing.current = setTimeout(() => {
        wasLong.current = true;
        look(cell);
      }, LONG_PRESS_MS);
    },
    onPointerUp: () => clearTimeout(pressing.current),
    onPointerCancel: () => clearTimeout(pressing.current),
    onPointerLeave: (event: PointerEvent<HTMLElement>) => {
      clearTimeout(pressing.current);
      if (event.pointerType === "mouse") look(null);
    },
    onContextMenu: (event: MouseEvent<HTMLElement>) => {
      if (wasLong.current) event.preventDefault();
    },
    onClick: (event: MouseEvent<HTMLElement>) => {
      const cell = under(event);
      if (cell !== null && !wasLong.current) open(cell);
      wasLong.current = false;
    },
    onFocus: (event: React.FocusEvent<HTMLElement>) => {
      if (!event.currentTarget.matches(":focus-visible") || area.rows === 0) return;
      setCursor((was) => was ?? { cell: first, by: "keys" });
    },
    onBlur: () => setCursor((was) => (was?.by === "keys" ? null : was)),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") return setCursor(null);
      const cell = cursor?.cell ?? first;
      if (event.key === "Enter") {
        event.preventDefault();
        return open(cell);
      }
      const to = moved(cell, event, { ...area, pageRows });
      if (to === null) return;
      event.preventDefault();
      if (!area.has(to)) return;
      setCursor({ cell: to, by: "keys" });
    },
  };
  // Rows may have become fewer, or the day shorter, since it was set.
  const isThere = cursor !== null && cursor.cell.row < area.rows && cursor.cell.minute < area.minutes;
  return { cursor: isThere ? cursor : null, handlers };
}
