import { expect, test } from "vitest";
import { DAY_MS, daysOfMinutes, LONGEST_MS, stretchesAt } from "./stretches";

const NOW = Date.UTC(2026, 10, 21, 14, 7, 3);

test("the stretches touch, reach from a month ago to beyond now, and none is too long to ask for", () => {
  const { older, recent, tail } = stretchesAt(NOW);
  expect(older.to).toBe(recent.from);
  expect(recent.to).toBe(tail.from);
  expect(tail.to).toBeGreaterThan(NOW);
  expect(recent.from).toBeLessThanOrEqual(NOW - DAY_MS);
  for (const one of [older, recent, tail]) expect(one.to - one.from).toBeLessThanOrEqual(LONGEST_MS);
});

test("the same questions are asked while time goes on by minutes", () => {
  expect(stretchesAt(NOW + 60_000)).toEqual(stretchesAt(NOW));
  expect(stretchesAt(NOW + 600_000).older).toEqual(stretchesAt(NOW).older);
});

test("single minutes are fetched by days, only of what is older, and not of a view too wide for them", () => {
  const { older } = stretchesAt(NOW);
  const day = Date.UTC(2026, 10, 12);
  expect(daysOfMinutes({ from: day + 3_600_000, to: day + 7_200_000 }, null, older)).toEqual([
    { from: day, to: day + DAY_MS },
  ]);
  expect(daysOfMinutes({ from: NOW - 3_600_000, to: NOW }, NOW, older)).toEqual([]);
  expect(daysOfMinutes({ from: older.from, to: older.to }, null, older)).toEqual([]);
});

test("around the play head there are minutes also where it is out of sight, a day only once", () => {
  const { older } = stretchesAt(NOW);
  const day = Date.UTC(2026, 10, 12);
  const view = { from: day, to: day + DAY_MS };
  expect(daysOfMinutes(view, day + 3_600_000, older).map((one) => one.from)).toEqual([day - DAY_MS, day]);
});
