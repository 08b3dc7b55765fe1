import { expect, test } from "vitest";
import { axisOf, type Check, columnCount, columnsOf, linesOf, runsOf } from "./history";
import { periodNameOf, spanOf } from "./periods";

const MINUTE = 60_000;
const SPAN = { fromMs: 0, toMs: 10 * MINUTE };

function check(minute: number, changed: Partial<Check> = {}): Check {
  return { atMs: minute * MINUTE, status: "live", latencyMs: 50, fps: 25, problem: null, ...changed };
}

test("a column says the worst of its checks, with the reason of that one", () => {
  const checks = [check(0), check(1, { status: "offline", latencyMs: null, fps: null, problem: "refused" })];
  const [first, second] = columnsOf(checks, SPAN, 5);
  expect(first).toMatchObject({ status: "offline", problem: "refused", fps: 25 });
  expect(second).toMatchObject({ status: null, latency: null, fps: null, problem: null });
});

test("a column has the least, the mean and the most of its latencies", () => {
  const checks = [check(0, { latencyMs: 20 }), check(1, { latencyMs: 100 }), check(1.5, { latencyMs: null })];
  expect(columnsOf(checks, SPAN, 5)[0]?.latency).toEqual({ least: 20, mean: 60, most: 100 });
});

test("checks at the edges belong to the span that begins with them", () => {
  const columns = columnsOf([check(-1), check(0), check(9.99), check(10)], SPAN, 10);
  expect(columns.map(({ status }) => status !== null)).toEqual([true, ...Array(8).fill(false), true]);
});

test("states that follow each other are one run, and where nothing was checked is none", () => {
  const checks = [check(0), check(1), check(2, { status: "offline" }), check(5)];
  expect(runsOf(columnsOf(checks, SPAN, 10))).toEqual([
    { fromMs: 0, toMs: 2 * MINUTE, status: "live" },
    { fromMs: 2 * MINUTE, toMs: 3 * MINUTE, status: "offline" },
    { fromMs: 5 * MINUTE, toMs: 6 * MINUTE, status: "live" },
  ]);
});

test("a line is broken where it has no value for long, and goes on over a short while", () => {
  const columns = columnsOf([check(0), check(1), check(3), check(8)], SPAN, 10);
  const lines = linesOf(columns, ({ latency }) => latency?.mean ?? null, 2 * MINUTE);
  expect(lines.map((line) => line.length)).toEqual([3, 1]);
  expect(lines[0]?.[0]).toEqual({ ms: MINUTE / 2, value: 50 });
});

test.each([
  [0, 1e-9],
  [3, 4],
  [50, 50],
  [51, 100],
  [180, 200],
  [1_200, 2_000],
])("%d fits under an axis with a round top", (most, top) => {
  expect(axisOf(most).top).toBeCloseTo(top, 12);
});

test("a chart has no more columns than fit, and none shorter than a minute", () => {
  expect(columnCount(1_000, SPAN)).toBe(10);
  expect(columnCount(1_000, spanOf("24h", 0))).toBe(500);
  expect(columnCount(0, SPAN)).toBe(1);
});

test("a period ends at the next full minute, and an unknown one is a day", () => {
  expect(spanOf("1h", 10 * MINUTE + 1)).toEqual({ fromMs: -49 * MINUTE, toMs: 11 * MINUTE });
  expect(periodNameOf("30d")).toBe("30d");
  expect(periodNameOf("forever")).toBe("24h");
});
