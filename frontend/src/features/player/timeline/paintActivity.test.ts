import { expect, test } from "vitest";
import type { MinuteBlock } from "../archive/minutes";
import { activityShape, ceiling } from "./paintActivity";

const MINUTE = 60_000;
const CELLS = 60;

function block(motionMean: Uint8Array): MinuteBlock {
  return {
    from: 0,
    to: CELLS * MINUTE,
    everyMs: MINUTE,
    frames: new Uint8Array(CELLS).fill(60),
    motionMean,
    motionPeak: null,
    blackS: null,
    frozenS: null,
    missingS: null,
    thumbnailS: null,
  };
}

test("far away a point is the highest of its minutes: no peak is lost", () => {
  const motion = new Uint8Array(CELLS);
  motion[31] = 254;
  const points = activityShape([block(motion)], { from: 0, to: CELLS * MINUTE, width: 12 });
  expect(Math.max(...points.map((point) => point.level))).toBe(1);
});

test("the minutes of a point stay the same while one pans", () => {
  const motion = new Uint8Array(CELLS).map((_, index) => (index * 37) % 254);
  const levels = (from: number) =>
    activityShape([block(motion)], { from, to: from + 40 * MINUTE, width: 30 }).map((point) => point.level);
  const before = levels(10 * MINUTE);
  const after = levels(10 * MINUTE + 1_000);
  expect(after.slice(0, before.length)).toEqual(before.slice(0, after.length));
});

test("the same view is not worked out again, also where another one is drawn in between", () => {
  const blocks = [block(new Uint8Array(CELLS))];
  const whole = { from: 0, to: CELLS * MINUTE, width: 100 };
  const first = activityShape(blocks, whole);
  for (const to of [1, 2, 3]) {
    activityShape(blocks, { from: 0, to: to * MINUTE, width: 100 });
    expect(activityShape(blocks, whole)).toBe(first);
  }
});

test("a quiet camera's motion can be seen, but noise does not fill the lane", () => {
  expect(ceiling([block(new Uint8Array(CELLS).fill(3))])).toBeCloseTo(0.3);
  expect(ceiling([block(new Uint8Array(CELLS).fill(127))])).toBeCloseTo(0.5);
});
