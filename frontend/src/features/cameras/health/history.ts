/** A camera's checks as columns of a chart, and what can be said of one of them. */
import type { CameraState } from "@/lib/stateMarks";
import type { Span } from "./periods";

export type CheckedState = Exclude<CameraState, "off">;

/** What one check, or several that were put together, found. */
export interface Check {
  atMs: number;
  status: CheckedState;
  latencyMs: number | null;
  fps: number | null;
  /** A sentence; null: nothing was wrong. */
  problem: string | null;
}

/** All checks that fall into one column. `status`: the worst of them; null: there was no check. */
export interface Column {
  fromMs: number;
  toMs: number;
  status: CheckedState | null;
  latency: { least: number; mean: number; most: number } | null;
  fps: number | null;
  problem: string | null;
}

const WORST_FIRST: readonly CheckedState[] = ["offline", "error", "degraded", "live", "idle"];

/** `checks`, in any order, as `count` columns of equal length. */
export function columnsOf(checks: readonly Check[], { fromMs, toMs }: Span, count: number): Column[] {
  const stepMs = (toMs - fromMs) / count;
  const parts: Check[][] = Array.from({ length: count }, () => []);
  for (const check of checks) {
    if (check.atMs >= fromMs && check.atMs < toMs)
      parts[Math.floor((check.atMs - fromMs) / stepMs)]?.push(check);
  }
  return parts.map((part, number) =>
    columnOf(part, fromMs + number * stepMs, fromMs + (number + 1) * stepMs),
  );
}

function columnOf(checks: readonly Check[], fromMs: number, toMs: number): Column {
  const latencies = checks.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]));
  const rates = checks.flatMap(({ fps }) => (fps === null ? [] : [fps]));
  const status = WORST_FIRST.find((one) => checks.some((check) => check.status === one)) ?? null;
  return {
    fromMs,
    toMs,
    status,
    latency:
      latencies.length === 0
        ? null
        : { least: Math.min(...latencies), mean: meanOf(latencies), most: Math.max(...latencies) },
    fps: rates.length === 0 ? null : meanOf(rates),
    problem: checks.find((check) => check.status === status && check.problem !== null)?.problem ?? null,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How many columns a chart has: no more than fit, and none shorter than the minute between two checks. */
export function columnCount(widthPx: number, { fromMs, toMs }: Span): number {
  return Math.max(1, Math.min(Math.floor(widthPx / 2), Math.round((toMs - fromMs) / 60_000)));
}

/** Columns of the same state beside each other, as one: [from, to) in ms. */
export interface Run extends Span {
  status: CheckedState;
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
  const top = ([1, 2, 4, 5, 10].find((step) => step * power >= least * 0.999) ?? 10) * power;
  return { top, marks: [0, top / 2, top] };
}
