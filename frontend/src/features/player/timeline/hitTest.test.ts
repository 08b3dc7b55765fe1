import { expect, test } from "vitest";
import { minimapTargetAt, type Pointed, targetAt } from "./hitTest";
import { lanesFor } from "./lanes";

const scale = { from: 0, to: 1_000, width: 1_000 };
const pointed: Pointed = { scale, lanes: lanesFor(1_000), headMs: 500, range: null, isTouch: false };

test("the ruler, the lanes, and the play head, whose label is wider than its line", () => {
  expect(targetAt(200, 10, pointed)).toBe("ruler");
  expect(targetAt(200, 60, pointed)).toBe("lanes");
  expect(targetAt(503, 60, pointed)).toBe("head");
  expect(targetAt(520, 60, pointed)).toBe("lanes");
  expect(targetAt(520, 10, pointed)).toBe("head");
});

test("a finger reaches farther than a mouse", () => {
  expect(targetAt(515, 60, { ...pointed, isTouch: true })).toBe("head");
});

test("a head out of sight has its label at the rim", () => {
  expect(targetAt(20, 10, { ...pointed, headMs: -50 })).toBe("to-head");
  expect(targetAt(980, 10, { ...pointed, headMs: 2_000 })).toBe("to-head");
  expect(targetAt(20, 60, { ...pointed, headMs: -50 })).toBe("lanes");
});

test("the ends of a range come before all else, and its inside moves it", () => {
  const chosen = { ...pointed, headMs: 400, range: { from: 400, to: 600 } };
  expect(targetAt(401, 60, chosen)).toBe("range-from");
  expect(targetAt(597, 60, chosen)).toBe("range-to");
  expect(targetAt(450, 60, chosen)).toBe("range");
  expect(targetAt(450, 85, chosen)).toBe("lanes");
});

test("of a range that is a line on the screen each end is reached from its side", () => {
  const chosen = { ...pointed, headMs: null, range: { from: 400, to: 401 } };
  expect(targetAt(396, 60, chosen)).toBe("range-from");
  expect(targetAt(405, 60, chosen)).toBe("range-to");
});

test("the minimap's window is moved in its middle and resized at its ends", () => {
  const view = { from: 200, to: 400 };
  expect(minimapTargetAt(300, scale, view, false)).toBe("window");
  expect(minimapTargetAt(198, scale, view, false)).toBe("window-from");
  expect(minimapTargetAt(403, scale, view, false)).toBe("window-to");
  expect(minimapTargetAt(600, scale, view, false)).toBe("outside");
});

test("a window of few pixels can still be moved", () => {
  expect(minimapTargetAt(204, scale, { from: 200, to: 208 }, false)).toBe("window");
});
