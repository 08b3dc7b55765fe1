import { expect, test } from "vitest";
import { LONGEST_EXPORT_MS, moved, rangeAround, typedEnd, withEnd } from "./exportRange";

const NOW = 1_000_000_000;

test("it begins with half a minute before and after the play head, a whole minute also near now", () => {
  expect(rangeAround(500_000, NOW)).toEqual({ from: 470_000, to: 530_000 });
  expect(rangeAround(NOW, NOW)).toEqual({ from: NOW - 60_000, to: NOW });
});

test("the ends never cross, nor go beyond now or a day", () => {
  const range = { from: NOW - 100_000, to: NOW - 50_000 };
  expect(withEnd(range, "from", NOW, NOW).from).toBe(range.to - 1_000);
  expect(withEnd(range, "to", 0, NOW).to).toBe(range.from + 1_000);
  expect(withEnd(range, "to", NOW + 5_000, NOW).to).toBe(NOW);
  expect(withEnd(range, "from", 0, NOW).from).toBe(range.to - LONGEST_EXPORT_MS);
});

test("moved as a whole it keeps its length, up to now", () => {
  expect(moved({ from: 10, to: 20 }, 5, NOW)).toEqual({ from: 15, to: 25 });
  expect(moved({ from: NOW - 10, to: NOW - 5 }, 100, NOW)).toEqual({ from: NOW - 5, to: NOW });
});

test("an end that is typed beyond the other takes it along", () => {
  const range = { from: 100_000, to: 160_000 };
  expect(typedEnd(range, "from", 200_000, NOW)).toEqual({ from: 200_000, to: 260_000 });
  expect(typedEnd(range, "to", 50_000, NOW)).toEqual({ from: -10_000, to: 50_000 });
  expect(typedEnd(range, "to", 170_000, NOW)).toEqual({ from: 100_000, to: 170_000 });
  expect(typedEnd(range, "from", NOW + 5, NOW)).toEqual({ from: NOW - 60_000, to: NOW });
});
