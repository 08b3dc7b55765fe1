import { expect, test } from "vitest";
import { arrowStep, keyMeaning } from "./keys";

test("arrows step as far as one can see", () => {
  expect(arrowStep(20_000)).toBe(1_000);
  expect(arrowStep(24 * 3_600_000)).toBe(5 * 60_000);
  expect(keyMeaning("ArrowLeft", false, 20_000)).toEqual({ kind: "step", byMs: -1_000 });
  expect(keyMeaning("ArrowRight", true, 20_000)).toEqual({ kind: "step", byMs: 10_000 });
});

test("plus looks closer, on keyboards with and without its own key", () => {
  expect(keyMeaning("+", true, 1)).toEqual(keyMeaning("=", false, 1));
  expect(keyMeaning("-", false, 1)).toEqual({ kind: "zoom", direction: 1 });
});

test("other keys are somebody else's", () => {
  expect(keyMeaning("j", false, 1)).toBeNull();
});
