import { expect, test } from "vitest";
import { clip, covered, merged, spanAt, within } from "./span";

const spans = [
  { from: 0, to: 10 },
  { from: 20, to: 30 },
  { from: 30, to: 31 },
  { from: 50, to: 60 },
];

test("a span is cut to a window, and is nothing outside of it", () => {
  expect(clip({ from: 0, to: 10 }, { from: 5, to: 20 })).toEqual({ from: 5, to: 10 });
  expect(clip({ from: 0, to: 10 }, { from: 10, to: 20 })).toBeNull();
});

test("of sorted spans those within a window are found, cut to it", () => {
  expect(within(spans, { from: 5, to: 25 })).toEqual([
    { from: 5, to: 10 },
    { from: 20, to: 25 },
  ]);
  expect(within(spans, { from: 31, to: 50 })).toEqual([]);
  expect(within(spans, { from: 55, to: 99 })).toEqual([{ from: 55, to: 60 }]);
});

test("a moment belongs to the span that holds it, its end not included", () => {
  expect(spanAt(spans, 20)).toEqual({ from: 20, to: 30 });
  expect(spanAt(spans, 30)).toEqual({ from: 30, to: 31 });
  expect(spanAt(spans, 10)).toBeUndefined();
});

test("with slack the nearest span counts, but never before one that holds the moment", () => {
  expect(spanAt(spans, 32, 2)).toEqual({ from: 30, to: 31 });
  expect(spanAt(spans, 29, 3)).toEqual({ from: 20, to: 30 });
  expect(spanAt(spans, 40, 2)).toBeUndefined();
});

test("spans that touch or overlap become one, in any order, unless they differ", () => {
  expect(merged([...spans].reverse())).toEqual([
    { from: 0, to: 10 },
    { from: 20, to: 31 },
    { from: 50, to: 60 },
  ]);
  expect(merged(spans, () => false)).toEqual(spans);
  expect(
    merged([
      { from: 0, to: 10 },
      { from: 2, to: 3 },
    ]),
  ).toEqual([{ from: 0, to: 10 }]);
});

test("how much of a window is covered", () => {
  expect(covered(spans, { from: 5, to: 55 })).toBe(5 + 10 + 1 + 5);
});
