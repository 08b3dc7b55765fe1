/** A camera's checks as columns of a chart, and what can be said of one of them. */
import type { CameraStatus, History } from "@/features/cameras/cameraTypes";
import type { Span } from "./periods";

/** What the checks of one step came to. `status`: the worst of them; null: there was no check. */
export interface Column {
  fromMs: number;
  toMs: number;
  status: CameraStatus | null;
  latency: { least: number; mean: number; most: number } | null;
  fps: number | null;
  problem: string | null;
}

/** The answer about a period as columns of equal length, one for each of its steps. */
export function columnsOf(history: History): Column[] {
  const [fromMs, toMs, stepMs] = [
    Date.parse(history.from),
    Date.parse(history.to),
    history.step_seconds * 1000,
  ];
  const columns = Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, number): Column => {
    const begin = fromMs + number * stepMs;
    return { fromMs: begin, toMs: begin + stepMs, status: null, latency: null, fps: null, problem: null };
  });
  for (const stretch of history.stretches) {
    const column = columns[Math.floor((Date.parse(stretch.from) - fromMs) / stepMs)];
    if (column === undefined) continue;
    column.status = stretch.status;
    column.latency = stretch.latency_ms;
    column.fps = stretch.fps_actual;
    column.problem = stretch.problem;
  }
  return columns;
}

/** Columns of the same state beside each other, as one: [from, to) in ms. */
export interface Run extends Span {
  status: CameraStatus;
}

/** The runs of a status band; where nothing was checked, there is none. */
export function runsOf(columns: readonly Column[]): Run[] {
  const runs: Run[] = [];
  for (const { fromMs, toMs, status } of columns) {
    const last = runs.at(-1);
    if (status === null) continue;
    if (last !== undefined && last.status === status && last.toMs === fromMs) last.toMs = toMs;
    else runs.push({ fromMs, toMs, status });
  }
  return runs;
}

/** A stretch of a line: columns that have a value, without one between them that has none. */
export interface Point {
  ms: number;
  value: number;
}

/** The line of `measureOf`, broken where it is null for longer than `gapMs`. */
export function linesOf(
  columns: readonly Column[],
  measureOf: (column: Column) => number | null,
  gapMs: number,
): Point[][] {
  const lines: Point[][] = [];
  for (const column of columns) {
    const value = measureOf(column);
    if (value === null) continue;
    const point = { ms: (column.fromMs + column.toMs) / 2, value };
    const line = lines.at(-1);
    const last = line?.at(-1);
    if (line !== undefined && last !== undefined && point.ms - last.ms <= gapMs) line.push(point);
    else lines.push([point]);
  }
  return lines;
}

/** The top of an axis from 0 that `most` fits under, and its marks: round numbers, three at most. */
export function axisOf(most: number): { top: number; marks: number[] } {
  const least = Math.max(most, 1e-9);
  const power = 10 ** Math.floor(Math.log10(least));
  const top = ([1, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= least * 0.999) ?? 10) * power;
  return { top, marks: [0, top / 2, top] };
}
