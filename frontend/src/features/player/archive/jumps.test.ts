import { expect, test } from "vitest";
import { daysToLookThrough } from "./jumps";
import type { MinuteBlock } from "./minutes";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const older = { from: 10 * DAY, to: 20 * DAY + 6 * HOUR };
const CELLS = (older.to - older.from) / 600_000;

function coarse(motionAtMs: number): MinuteBlock {
  const motionPeak = new Uint8Array(CELLS).fill(10);
  motionPeak[Math.floor((motionAtMs - older.from) / 600_000)] = 200;
  return {
    ...older,
    everyMs: 600_000,
    frames: null,
    motionMean: null,
    motionPeak,
    blackS: new Uint8Array(CELLS).fill(255),
    frozenS: null,
    missingS: null,
    thumbnailS: null,
  };
}

const begins = (days: { from: number }[]) => days.map(({ from }) => from / DAY);

test("days are looked through from the nearest on, up to an event that is known already", () => {
  expect(begins(daysToLookThrough(15.8 * DAY, 18.2 * DAY, older, []))).toEqual([15, 16, 17, 18]);
  expect(begins(daysToLookThrough(15.8 * DAY, 13.1 * DAY, older, []))).toEqual([15, 14, 13]);
});

test("nothing is asked of before or behind what is kept apart by days", () => {
  expect(begins(daysToLookThrough(12.5 * DAY, 0, older, []))).toEqual([12, 11, 10]);
  const last = daysToLookThrough(20.1 * DAY, 30 * DAY, older, []);
  expect(last).toEqual([{ from: 20 * DAY, to: older.to }]);
  expect(daysToLookThrough(25 * DAY, 30 * DAY, older, [])).toEqual([]);
});

test("a day in which nothing stands out, as far as is known, is passed over", () => {
  const days = daysToLookThrough(11 * DAY, 19 * DAY, older, [coarse(14.3 * DAY)]);
  expect(begins(days)).toEqual([14]);
});
