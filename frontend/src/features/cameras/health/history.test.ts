import { expect, test } from "vitest";
import type { History } from "@/features/cameras/cameraTypes";
import { lanesOf } from "./chartLanes";
import { axisOf, columnsOf, linesOf, runsOf } from "./history";
import { periodNameOf, spanOf } from "./periods";

const MINUTE = 60_000;
const TIMES = { from: "2026-11-20T21:00:00Z", to: "2026-11-20T21:10:00Z", step_seconds: 60 };
const BEGIN = Date.parse(TIMES.from);

function stretch(minute: number, changed: Partial<History["stretches"][number]> = {}) {
  return {
    from: new Date(BEGIN + minute * MINUTE).toISOString(),
    checks: 1,
    status: "live" as const,
    latency_ms: { least: 40, mean: 50, most: 60 },
    fps_actual: 25,
    problem_code: null,
    problem: null,
    ...changed,
  };
}

function columnsWith(...stretches: History["stretches"]) {
  return columnsOf({
    ...TIMES,
    stretches,
    uptime_percent: null,
    unknown_seconds: 0,
    outages: [],
    outages_total: 0,
    outage_seconds: 0,
    latency_ms: { p50: null, p95: null, max: null },
  });
}

test("each step has its column, and one without a check says so", () => {
  const columns = columnsWith(stretch(1, { status: "offline", latency_ms: null, problem: "Refused." }));
  expect(columns).toHaveLength(10);
  expect(columns[0]).toMatchObject({ fromMs: BEGIN, toMs: BEGIN + MINUTE, status: null, latency: null });
  expect(columns[1]).toMatchObject({ status: "offline", latency: null, fps: 25, problem: "Refused." });
});

test("states that follow each other are one run, and where nothing was checked is none", () => {
  const columns = columnsWith(stretch(0), stretch(1), stretch(2, { status: "offline" }), stretch(5));
  expect(runsOf(columns)).toEqual([
    { fromMs: BEGIN, toMs: BEGIN + 2 * MINUTE, status: "live" },
    { fromMs: BEGIN + 2 * MINUTE, toMs: BEGIN + 3 * MINUTE, status: "offline" },
    { fromMs: BEGIN + 5 * MINUTE, toMs: BEGIN + 6 * MINUTE, status: "live" },
  ]);
});

test("a line is broken where it has no value for long, and goes on over a short while", () => {
  const columns = columnsWith(stretch(0), stretch(1), stretch(3), stretch(8));
  const lines = linesOf(columns, ({ latency }) => latency?.mean ?? null, 2 * MINUTE);
  expect(lines.map((line) => line.length)).toEqual([3, 1]);
  expect(lines[0]?.[0]).toEqual({ ms: BEGIN + MINUTE / 2, value: 50 });
});

test.each([
  [0, 1e-9],
  [3, 3],
  [25, 30],
  [50, 50],
  [51, 60],
  [180, 200],
  [1_200, 2_000],
])("%d fits under an axis with a round top", (most, top) => {
  expect(axisOf(most).top).toBeCloseTo(top, 12);
});

test("a period ends at the next full minute, and an unknown one is a day", () => {
  expect(spanOf("1h", 10 * MINUTE + 1)).toEqual({ fromMs: -49 * MINUTE, toMs: 11 * MINUTE });
  expect(periodNameOf("30d")).toBe("30d");
  expect(periodNameOf("forever")).toBe("24h");
});

test("a chart has lanes for what was measured only", () => {
  const names = (changed: Partial<History["stretches"][number]>) =>
    lanesOf(columnsWith(stretch(0, changed))).map(({ name }) => name);
  expect(names({})).toEqual(["Latency", "Pictures a second"]);
  expect(names({ latency_ms: null })).toEqual(["Pictures a second"]);
  expect(names({ latency_ms: null, fps_actual: null })).toEqual([]);
});
