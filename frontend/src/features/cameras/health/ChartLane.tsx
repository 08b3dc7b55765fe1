import type { LaneKind } from "./chartLanes";
import { pathOf } from "./chartScale";
import classes from "./HealthChart.module.css";
import { axisOf, type Column, linesOf } from "./history";

// A lower lane has no room for words at the middle of its axis.
const TALL_PX = 60;

/** A measure over time: its axis, the range within each step, and its mean as a line. */
export function ChartLane({
  lane: { name, place, measureOf, rangeOf, textOf },
  box,
  columns,
  x,
  gapMs,
}: {
  lane: LaneKind;
  box: { left: number; right: number };
  columns: readonly Column[];
  x: (ms: number) => number;
  /** Longer without a value than this, the line is broken. */
  gapMs: number;
}) {
  const most = Math.max(0, ...columns.map((column) => rangeOf(column)?.most ?? measureOf(column) ?? 0));
  const { top, marks } = axisOf(most);
  const y = (value: number) => place.bottom - (value / top) * (place.bottom - place.top);
  const isTall = place.bottom - place.top > TALL_PX;
  return (
    <g>
      <text x={box.left} y={place.top - 7} className={classes.words}>
        {name}
      </text>
      {marks.map((mark, number) => (
        <g key={mark}>
          <line x1={box.left} x2={box.right} y1={y(mark)} y2={y(mark)} className={classes.grid} />
          {(number !== 1 || isTall) && (
            <text x={box.left - 6} y={y(mark) + 4} textAnchor="end" className={classes.words}>
              {textOf(mark)}
            </text>
          )}
        </g>
      ))}
      {columns.map((column) => {
        const range = rangeOf(column);
        return range === null || range.least === range.most ? null : (
          <rect
            key={column.fromMs}
            x={x(column.fromMs)}
            y={y(range.most)}
            width={Math.max(1, x(column.toMs) - x(column.fromMs))}
            height={Math.max(1, y(range.least) - y(range.most))}
            className={classes.range}
          />
        );
      })}
      {linesOf(columns, measureOf, gapMs).map((line) => (
        <path
          key={line[0]?.ms}
          // A single point is a dot.
          d={pathOf(line.length === 1 ? [...line, ...line] : line, x, y)}
          className={classes.line}
        />
      ))}
    </g>
  );
}
