import { expect, test } from "vitest";
import {
  alongWith,
  atNow,
  bounded,
  CLOSEST_MS,
  following,
  lengthName,
  pinched,
  type Scale,
  steppedLength,
  timeAt,
  xOf,
  zoomed,
  zoomedAt,
} from "./scale";

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;
const limits = { from: NOW - 48 * HOUR, nowMs: NOW };
const scale: Scale = { from: NOW - 10 * HOUR, to: NOW, width: 1_000 };

test("times and places are each other's opposite", () => {
  expect(xOf(scale, NOW - 5 * HOUR)).toBe(500);
  expect(timeAt(scale, 500)).toBe(NOW - 5 * HOUR);
});

test("zooming keeps the time under the pointer where it is", () => {
  const at = NOW - 3 * HOUR;
  const closer = { ...zoomed(scale, at, 0.25), width: 1_000 };
  expect(xOf(closer, at)).toBeCloseTo(xOf(scale, at));
  expect(closer.to - closer.from).toBe(2.5 * HOUR);
});

test("two fingers keep the times under them", () => {
  const after = pinched(scale, [400, 600], [300, 800]);
  const pinchedScale = { ...after, width: 1_000 };
  expect(xOf(pinchedScale, timeAt(scale, 400))).toBeCloseTo(300);
  expect(xOf(pinchedScale, timeAt(scale, 600))).toBeCloseTo(800);
});

test("fingers that meet or cross do not turn time around", () => {
  for (const after of [
    [500, 500],
    [600, 400],
  ] as [number, number][]) {
    const view = pinched(scale, [400, 600], after);
    expect(view.to).toBeGreaterThan(view.from);
  }
});

test("a view stays between the begin of the archive and a little beyond now", () => {
  const early = bounded({ from: limits.from - 9 * HOUR, to: limits.from - 3 * HOUR }, limits);
  expect(early).toEqual({ from: limits.from, to: limits.from + 6 * HOUR });
  const late = bounded({ from: NOW + 10 * HOUR, to: NOW + 16 * HOUR }, limits);
  expect(late.to - late.from).toBe(6 * HOUR);
  expect((late.to - NOW) / (late.to - late.from)).toBeCloseTo(0.03);
});

test("a view is neither shorter than can be read nor longer than the archive", () => {
  const close = bounded({ from: NOW - 5, to: NOW - 3 }, limits);
  expect(close.to - close.from).toBe(CLOSEST_MS);
  const wide = bounded({ from: NOW - 9_000 * HOUR, to: NOW }, limits);
  expect(wide.from).toBe(limits.from);
  expect(wide.to).toBeGreaterThanOrEqual(NOW);
  expect(wide.to - wide.from).toBeLessThan(50 * HOUR);
});

test("live, the view goes along with now", () => {
  const view = atNow(6 * HOUR, limits);
  const later = following(view, NOW + HOUR, true, { ...limits, nowMs: NOW + HOUR });
  expect(later.to - view.to).toBeCloseTo(HOUR);
});

test("a play head in sight leaves the view alone, at its end it takes it along, and after a jump it is in the middle", () => {
  const view = { from: NOW - 20 * HOUR, to: NOW - 10 * HOUR };
  expect(following(view, NOW - 15 * HOUR, false, limits)).toBe(view);
  const along = following(view, NOW - 10.1 * HOUR, false, limits);
  expect((NOW - 10.1 * HOUR - along.from) / (10 * HOUR)).toBeCloseTo(0.95);
  const jumped = following(view, NOW - 40 * HOUR, false, limits);
  expect((jumped.from + jumped.to) / 2).toBeCloseTo(NOW - 40 * HOUR);
});

test("the buttons step through lengths that have names", () => {
  expect(steppedLength(6 * HOUR, -1)).toBe(2 * HOUR);
  expect(steppedLength(6 * HOUR, 1)).toBe(12 * HOUR);
  expect(steppedLength(6.01 * HOUR, -1)).toBe(2 * HOUR);
  expect(steppedLength(7 * HOUR, -1)).toBe(6 * HOUR);
  expect(steppedLength(CLOSEST_MS, -1)).toBe(CLOSEST_MS);
});

test("lengths are called as people call them", () => {
  expect(
    [10_000, 90_000, 45 * 60_000, HOUR, 1.5 * HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR].map(lengthName),
  ).toEqual(["10 s", "1.5 min", "45 min", "1 h", "1.5 h", "6 h", "24 h", "3 d"]);
});

const six = { from: NOW - 10 * HOUR, to: NOW - 4 * HOUR };
const head = NOW - 7 * HOUR;

test("a view that was zoomed beside the play head stays where it is when the head moves on", () => {
  const at = six.from + 1.5 * HOUR;
  let looking = { view: six, isFollowing: true };
  for (let step = 0; step < 20; step += 1) {
    const before = looking.view;
    looking = zoomedAt(looking, at, 0.9, head, false, limits);
    // The head is told again between any two steps.
    looking = alongWith(looking, head + step, false, limits);
    const width = 1_000;
    expect(xOf({ ...looking.view, width }, at)).toBeCloseTo(xOf({ ...before, width }, at));
  }
  expect(looking.isFollowing).toBe(false);
});

test("a view that was zoomed at the play head goes along with it", () => {
  const looking = zoomedAt({ view: six, isFollowing: true }, head, 0.1, head, false, limits);
  expect(looking.isFollowing).toBe(true);
  const later = alongWith(looking, head + HOUR, false, limits);
  expect(later.view.from).toBeLessThan(head + HOUR);
  expect(later.view.to).toBeGreaterThan(head + HOUR);
});

test("a live view that is zoomed stays at the hot edge", () => {
  const looking = zoomedAt({ view: atNow(HOUR, limits), isFollowing: true }, NOW, 0.5, NOW, true, limits);
  expect(looking.isFollowing).toBe(true);
  expect(alongWith(looking, NOW, true, limits).view).toEqual(atNow(HOUR / 2, limits));
});

test("a view that does not go along stays, wherever the play head is", () => {
  const looking = { view: six, isFollowing: false };
  expect(alongWith(looking, NOW - HOUR, false, limits)).toBe(looking);
});
