import { expect, test } from "vitest";
import type { Entry } from "./playlist";
import { extend, isNextTo, jump, newReel, placeOn, secondsInto, trim, trimTo } from "./reel";

function entry(number: number, dateMs: number, durationMs = 1000, breaks = false): Entry {
  return { uri: `/media/h/d/segments/segment_${number}.ts`, dateMs, durationMs, breaks };
}

const reel = newReel([entry(1, 0), entry(2, 1000), entry(3, 2000)]);
const numbers = (entries: readonly Entry[]) => entries.map((one) => Number(one.uri.match(/\d+/)?.[0]));

test("what overlaps is taken once, and goes on without a break", () => {
  const longer = extend(reel, [entry(2, 1000), entry(3, 2000), entry(4, 3000)]);
  expect(numbers(longer.entries)).toEqual([1, 2, 3, 4]);
  expect(longer.entries.map((one) => one.breaks)).toEqual([false, false, false, false]);
});

test("what does not contain the last entry goes on behind a break", () => {
  const found = [entry(9, 60_000), entry(10, 61_000)];
  expect(isNextTo(reel, found)).toBe(false);
  const longer = extend(reel, found);
  expect(numbers(longer.entries)).toEqual([1, 2, 3, 9, 10]);
  expect(longer.entries[3]?.breaks).toBe(true);
});

test("nothing new leaves the reel as it is", () => {
  expect(extend(reel, [entry(2, 1000), entry(3, 2000)])).toBe(reel);
  expect(extend(reel, [])).toBe(reel);
});

test("numbers that went back with a set clock go on by the file's own name", () => {
  const longer = extend(reel, [entry(3, 2000), entry(4, 1500, 1000, true)]);
  expect(numbers(longer.entries)).toEqual([1, 2, 3, 4]);
});

test("counters of what is trimmed never go back", () => {
  const withBreak = jump(reel, [entry(50, 500_000), entry(51, 501_000)]);
  expect(withBreak.entries[3]?.breaks).toBe(true);
  const trimmed = trimTo(withBreak, 4);
  expect(trimmed).toMatchObject({ sequence: 4, breaksBefore: 1 });
  expect(numbers(trimmed.entries)).toEqual([51]);
  expect(trimTo(trimmed, 2)).toBe(trimmed);
});

test("the last entry stays, however old", () => {
  expect(numbers(trim(reel, 99_000).entries)).toEqual([3]);
  expect(trim(reel, -1)).toBe(reel);
});

test("a moment in a hole is that of the next picture; one behind the end is nowhere", () => {
  const entries = extend(reel, [entry(9, 60_000)]).entries;
  expect(placeOn(entries, 1400)).toEqual({ index: 1, atMs: 1400 });
  expect(placeOn(entries, 30_000)).toEqual({ index: 3, atMs: 60_000 });
  expect(placeOn(entries, 61_000)).toBeNull();
});

test("holes take no playing time", () => {
  const entries = extend(reel, [entry(9, 60_000)]).entries;
  expect(secondsInto(entries, { index: 3, atMs: 60_250 })).toBeCloseTo(3.25);
});
