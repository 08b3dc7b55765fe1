import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, useId, useState } from "react";
import { CameraMark } from "@/components/StateMark";
import { latencyText, shortNumber } from "@/features/cameras/cameraFacts";
import type { History } from "@/features/cameras/cameraTypes";
import { dayAndClock, duration } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import { marksOf, momentAt, pathOf, xOf } from "./chartScale";
import classes from "./HealthChart.module.css";
import { axisOf, type Column, columnsOf, linesOf, runsOf } from "./history";

const LATENCY = { top: 18, bottom: 138 };
const FPS = { top: 168, bottom: 218 };
const BAND = { top: 230, bottom: 246 };
const HEIGHT = 268;
const LEFT = 52;
// Checks that lie further apart have time between them of which nothing is known.
const TOGETHER_WITHIN_MS = 150_000;
const TICK = 4;

/** Latency, pictures a second and state over time. Arrow keys move the cursor, whose moment is said in words. */
export function HealthChart({ history }: { history: History }) {
  const { ref, width } = useElementSize();
  const { zone } = useZone();
  const hatch = useId();
  const [cursor, setCursor] = useState<number | null>(null);
  const box = { left: LEFT, right: Math.max(LEFT + 1, width - 4) };
  const span = { fromMs: Date.parse(history.from), toMs: Date.parse(history.to) };
  const columns = columnsOf(history);
  const stepMs = history.step_seconds * 1000;
  const x = (ms: number) => xOf(ms, span, box);
  const gapMs = Math.max(TOGETHER_WITHIN_MS, 2.5 * stepMs);
  const shown = cursor === null ? null : (columns[cursor] ?? null);

  const point = (event: PointerEvent<HTMLElement>) => {
    const left = event.currentTarget.getBoundingClientRect().left;
    setCursor(Math.floor((momentAt(event.clientX - left, span, box) - span.fromMs) / stepMs));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = columns.length - 1;
    const to: Readonly<Record<string, number>> = {
      ArrowLeft: (cursor ?? columns.length) - 1,
      ArrowRight: (cursor ?? last - 1) + 1,
      Home: 0,
      End: last,
    };
    const next = to[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setCursor(Math.min(last, Math.max(0, next)));
    } else if (event.key === "Escape") setCursor(null);
  };
  return (
    <div className={classes.chart} ref={ref}>
      <div
        className={classes.plot}
        role="slider"
        tabIndex={0}
        aria-label="Moment of the history"
        aria-valuemin={0}
        aria-valuemax={columns.length - 1}
        aria-valuenow={cursor ?? columns.length - 1}
        aria-valuetext={shown === null ? "None is chosen: the arrow keys choose one" : wordsOf(shown, zone)}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => setCursor(null)}
        onBlur={() => setCursor(null)}
        onKeyDown={onKeyDown}
      >
        <svg height={HEIGHT} aria-hidden>
          <defs>
            <pattern
              id={hatch}
              width="6"
              height="6"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width="6" height="6" className={classes.hatched} />
              <line x1="0" y1="0" x2="0" y2="6" className={classes.hatch} />
            </pattern>
          </defs>
          {marksOf(span, box.right - box.left, zone).map(({ ms, label }) => (
            <g key={ms}>
              <line x1={x(ms)} x2={x(ms)} y1={LATENCY.top} y2={BAND.bottom + TICK} className={classes.grid} />
              <text x={x(ms)} y={HEIGHT - 6} textAnchor="middle" className={classes.words}>
                {label}
              </text>
            </g>
          ))}
          <Lane
            name="Latency"
            place={LATENCY}
            box={box}
            columns={columns}
            x={x}
            gapMs={gapMs}
            measureOf={({ latency }) => latency?.mean ?? null}
            rangeOf={({ latency }) => latency}
            textOf={latencyText}
          />
          <Lane
            name="Pictures a second"
            place={FPS}
            box={box}
            columns={columns}
            x={x}
            gapMs={gapMs}
            measureOf={({ fps }) => fps}
            textOf={shortNumber}
          />
          <rect
            x={box.left}
            y={BAND.top}
            width={box.right - box.left}
            height={BAND.bottom - BAND.top}
            className={classes.unchecked}
          />
          {runsOf(columns).map(({ fromMs, toMs, status }) => (
            <rect
              key={fromMs}
              x={x(fromMs)}
              y={BAND.top}
              // What is short must be seen as well.
              width={Math.max(status === "live" ? 0 : 2, x(toMs) - x(fromMs))}
              height={BAND.bottom - BAND.top}
              className={status === "degraded" ? undefined : classes[status]}
              fill={status === "degraded" ? `url(#${hatch})` : undefined}
            />
          ))}
          {shown !== null && (
            <line
              x1={x((shown.fromMs + shown.toMs) / 2)}
              x2={x((shown.fromMs + shown.toMs) / 2)}
              y1={LATENCY.top}
              y2={BAND.bottom}
              className={classes.cursor}
            />
          )}
        </svg>
      </div>
      {shown !== null && <Card column={shown} x={x((shown.fromMs + shown.toMs) / 2)} width={width} />}
      <p className={classes.legend}>
        <span>
          <Swatch className={classes.live} /> Live
        </span>
        <span>
          <Swatch fill={`url(#${hatch})`} /> Degraded
        </span>
        <span>
          <Swatch className={classes.offline} /> Offline or error
        </span>
        <span>
          <Swatch className={classes.unchecked} /> Not checked
        </span>
      </p>
    </div>
  );
}

function Swatch({ className, fill }: { className?: string | undefined; fill?: string }) {
  return (
    <svg viewBox="0 0 14 10" aria-hidden>
      <rect width="14" height="10" className={className} fill={fill} />
    </svg>
  );
}

interface LaneProps {
  name: string;
  place: { top: number; bottom: number };
  box: { left: number; right: number };
  columns: readonly Column[];
  x: (ms: number) => number;
  gapMs: number;
  measureOf: (column: Column) => number | null;
  rangeOf?: (column: Column) => { least: number; most: number } | null;
  textOf: (value: number) => string;
}

function Lane({ name, place, box, columns, x, gapMs, measureOf, rangeOf, textOf }: LaneProps) {
  const most = Math.max(0, ...columns.map((column) => rangeOf?.(column)?.most ?? measureOf(column) ?? 0));
  const hasAny = columns.some((column) => measureOf(column) !== null);
  const { top, marks } = axisOf(most);
  const y = (value: number) => place.bottom - (value / top) * (place.bottom - place.top);
  return (
    <g>
      <text x={box.left} y={place.top - 7} className={classes.words}>
        {hasAny ? name : `${name}: not measured`}
      </text>
      {marks.map((mark, number) => (
        <g key={mark}>
          <line x1={box.left} x2={box.right} y1={y(mark)} y2={y(mark)} className={classes.grid} />
          {hasAny && (number !== 1 || place.bottom - place.top > 60) && (
            <text x={box.left - 6} y={y(mark) + 4} textAnchor="end" className={classes.words}>
              {textOf(mark)}
            </text>
          )}
        </g>
      ))}
      {rangeOf !== undefined &&
        columns.map((column) => {
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

function Card({ column, x, width }: { column: Column; x: number; width: number }) {
  const { zone } = useZone();
  const isRight = x > width / 2;
  return (
    <div className={classes.card} style={isRight ? { right: width - x + 10 } : { left: x + 10 }} aria-hidden>
      <span className={classes.quiet}>
        {dayAndClock(column.fromMs, zone)}
        {column.toMs - column.fromMs > 90_000 && `, ${duration(column.toMs - column.fromMs)}`}
      </span>
      {column.status === null ? <span>Not checked</span> : <CameraMark state={column.status} />}
      {column.latency !== null && <span>Latency {latencyWords(column.latency)}</span>}
      {column.fps !== null && <span>{shortNumber(column.fps)} fps</span>}
      {column.problem !== null && <span>{column.problem}</span>}
    </div>
  );
}

function latencyWords({ least, mean, most }: { least: number; mean: number; most: number }): string {
  const text = latencyText(mean);
  return least === most ? text : `${text} (${latencyText(least)} to ${latencyText(most)})`;
}

function wordsOf(column: Column, zone: Parameters<typeof dayAndClock>[1]): string {
  const facts = [
    dayAndClock(column.fromMs, zone),
    column.status ?? "not checked",
    column.latency === null ? null : `latency ${latencyWords(column.latency)}`,
    column.fps === null ? null : `${shortNumber(column.fps)} pictures a second`,
    column.problem,
  ];
  return facts.filter((fact) => fact !== null).join(", ");
}
