import { memo, useLayoutEffect, useRef } from "react";
import classes from "./Board.module.css";
import { toColumns } from "./columns";
import { type Palette, paintRows } from "./paint";
import type { Row } from "./rows";

// Beyond this a minute has several columns and more pixels show nothing more.
const MOST_COLUMNS = 4096;

interface BandProps {
  rows: readonly Row[];
  minutes: number;
  /** CSS pixels. */
  top: number;
  width: number;
  rowHeight: number;
  stripTop: number;
  stripHeight: number;
  palette: Palette;
}

/** Some rows' minutes on a canvas of their own. */
export const Band = memo(function Band(props: BandProps) {
  const { rows, minutes, top, width, rowHeight, stripTop, stripHeight, palette } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const ratio = devicePixelRatio;
    element.width = Math.max(1, Math.min(MOST_COLUMNS, Math.round(width * ratio)));
    element.height = Math.round(rows.length * rowHeight * ratio);
    const columns = rows.map((row) => toColumns(row.minutes, minutes, element.width, row.found));
    const strips = {
      rowHeight: rowHeight * ratio,
      stripTop: Math.round(stripTop * ratio),
      stripHeight: Math.round(stripHeight * ratio),
    };
    paintRows(element, columns, strips, palette);
  }, [rows, minutes, width, rowHeight, stripTop, stripHeight, palette]);
  const labels = rows.map((row) => row.label).join(", ");
  return (
    <canvas
      ref={canvas}
      className={classes.band}
      role="img"
      aria-label={`Activity of ${labels}`}
      style={{ top, width, height: rows.length * rowHeight }}
    />
  );
}, isSame);

// Rows are made anew with every state that comes in; what is painted changes once a minute.
function isSame(before: BandProps, after: BandProps): boolean {
  return (
    before.minutes === after.minutes &&
    before.top === after.top &&
    before.width === after.width &&
    before.rowHeight === after.rowHeight &&
    before.stripTop === after.stripTop &&
    before.stripHeight === after.stripHeight &&
    before.palette === after.palette &&
    before.rows.length === after.rows.length &&
    before.rows.every(
      (row, i) =>
        row.minutes === after.rows[i]?.minutes &&
        row.found === after.rows[i]?.found &&
        row.label === after.rows[i]?.label,
    )
  );
}
