import { expect, test } from "vitest";
import { madeUpDay } from "./activity";

test("a made-up day looks the same at each visit, and each row its own", () => {
  expect(madeUpDay(3, 200)).toEqual(madeUpDay(3, 200));
  expect(madeUpDay(3, 200)).not.toEqual(madeUpDay(4, 200));
});

test("activity is from 0 to 1, or missing", () => {
  const all = Array.from({ length: 40 }, (_, row) => madeUpDay(row, 300)).flat();
  expect(all.every((one) => one === -1 || (one >= 0 && one <= 1))).toBe(true);
  expect(all.some((one) => one === -1)).toBe(true);
});
