import { expect, test } from "vitest";
import { marksOf, momentAt, pathOf, xOf } from "./chartScale";
import { PERIODS, spanOf } from "./periods";

const NOW = Date.UTC(2026, 10, 20, 21, 47, 32);
const BOX = { left: 40, right: 1040 };

test("a moment has its place, and a place its moment", () => {
  const span = spanOf("24h", NOW);
  expect(xOf(span.fromMs, span, BOX)).toBe(40);
  expect(xOf(span.toMs, span, BOX)).toBe(1040);
  const middle = (span.fromMs + span.toMs) / 2;
  expect(momentAt(xOf(middle, span, BOX), span, BOX)).toBe(middle);
  expect(momentAt(0, span, BOX)).toBe(span.fromMs);
  expect(momentAt(9_999, span, BOX)).toBeLessThan(span.toMs);
});

test("a day has marks at full hours, and its date at midnight", () => {
  const labels = marksOf(spanOf("24h", NOW), 1_000, "utc").map(({ label }) => label);
  expect(labels).toEqual([
    ...["22:00", "Fri 20 Nov", "02:00", "04:00", "06:00", "08:00"],
    ...["10:00", "12:00", "14:00", "16:00", "18:00", "20:00"],
  ]);
});

test.each(PERIODS)("the marks of %s are as far from each other as their words need", (period) => {
  const width = 1_000;
  const span = spanOf(period, NOW);
  const marks = marksOf(span, width, "utc");
  expect(marks.length).toBeGreaterThan(3);
  for (const [number, mark] of marks.entries()) {
    const before = marks[number - 1];
    if (before !== undefined)
      expect(((mark.ms - before.ms) / (span.toMs - span.fromMs)) * width).toBeGreaterThanOrEqual(68);
  }
});

test("a line goes through its points", () => {
  const points = [
    { ms: 1, value: 2 },
    { ms: 3, value: 4 },
  ];
  expect(
    pathOf(
      points,
      (ms) => ms,
      (value) => value,
    ),
  ).toBe("M1.0 2.0L3.0 4.0");
});
