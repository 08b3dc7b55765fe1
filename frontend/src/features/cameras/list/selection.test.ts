import { expect, test } from "vitest";
import { TEST_CAMERA } from "@/features/cameras/testCamera";
import { between, chosenOf, NOTHING, withChosen } from "./selection";

const CAMERAS = ["a", "b", "c", "d"].map((id) => ({ ...TEST_CAMERA, id, name: `Camera ${id}` }));

test("cameras are chosen and left out again, those of other pages stay", () => {
  const two = withChosen(NOTHING, CAMERAS.slice(0, 2), true);
  const three = withChosen(two, CAMERAS.slice(3), true);
  expect([...three.keys()]).toEqual(["a", "b", "d"]);
  expect([...withChosen(three, CAMERAS.slice(0, 1), false).keys()]).toEqual(["b", "d"]);
  expect(NOTHING.size).toBe(0);
});

test("of a page all, some or none are chosen", () => {
  const two = withChosen(NOTHING, CAMERAS.slice(0, 2), true);
  expect(chosenOf(two, CAMERAS)).toBe("some");
  expect(chosenOf(two, CAMERAS.slice(0, 2))).toBe("all");
  expect(chosenOf(two, CAMERAS.slice(2))).toBe("none");
});

test("a click with Shift means all from the one before, in either direction", () => {
  const ids = (one: string, other: string) => between(CAMERAS, one, other).map(({ id }) => id);
  expect(ids("b", "d")).toEqual(["b", "c", "d"]);
  expect(ids("d", "b")).toEqual(["b", "c", "d"]);
  expect(ids("gone", "c")).toEqual(["c"]);
});
