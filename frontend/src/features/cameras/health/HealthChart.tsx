import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, useId, useState } from "react";
import { CameraMark } from "@/components/StateMark";
import { latencyText, shortNumber } from "@/features/cameras/cameraFacts";
import type { History } from "@/features/cameras/cameraTypes";
import { dayAndClock, duration } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import { ChartLane } from "./ChartLane";
import { LANE_GAP_PX, lanesOf, NAME_PX } from "./chartLanes";
import { marksOf, momentAt, xOf } from "./chartScale";
import classes from "./HealthChart.module.css";
import { type Column, columnsOf, runsOf } from "./history";

// Below the lanes: the band of states, and the ruler.
const BAND_PX = 16;
const RULER_PX = 24;
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
  const lanes = lanesOf(columns);
  const bandTop = lanes.reduce((most, { place }) => Math.max(most, place.bottom + LANE_GAP_PX), 0);
  const band = { top: bandTop, bottom: bandTop + BAND_PX };
  const height = band.bottom + RULER_PX;
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
        <svg height={height} aria-hidden>
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
              <line x1={x(ms)} x2={x(ms)} y1={NAME_PX} y2={band.bottom + TICK} className={classes.grid} />
              <text x={x(ms)} y={height - 6} textAnchor="middle" className={classes.words}>
                {label}
              </text>
            </g>
          ))}
          {lanes.map((lane) => (
            <ChartLane key={lane.name} lane={lane} box={box} columns={columns} x={x} gapMs={gapMs} />
          ))}
          <rect
            x={box.left}
            y={band.top}
            width={box.right - box.left}
            height={band.bottom - band.top}
            className={classes.unchecked}
          />
          {runsOf(columns).map(({ fromMs, toMs, status }) => (
            <rect
              key={fromMs}
              x={x(fromMs)}
              y={band.top}
              // What is short must be seen as well.
              width={Math.max(status === "live" ? 0 : 2, x(toMs) - x(fromMs))}
              height={band.bottom - band.top}
              className={status === "degraded" ? undefined : classes[status]}
              fill={status === "degraded" ? `url(#${hatch})` : undefined}
            />
          ))}
          {shown !== null && (
            <line
              x1={x((shown.fromMs + shown.toMs) / 2)}
              x2={x((shown.fromMs + shown.toMs) / 2)}
              y1={NAME_PX}
              y2={band.bottom}
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
