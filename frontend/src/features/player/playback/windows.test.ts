import { expect, test } from "vitest";
import {
  firstStretch,
  isLongAgo,
  keptFrom,
  liveStart,
  nextStretch,
  questionsFrom,
  stretchTowardsNow,
} from "./windows";

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;

test("the first stretch begins before the moment, so that one can step back, and is short", () => {
  const { fromMs, toMs } = firstStretch(NOW);
  expect(fromMs).toBeLessThan(NOW - 30_000);
  expect(toMs - fromMs).toBeLessThanOrEqual(5 * MINUTE);
});

test("while enough lies ahead nothing is asked for", () => {
  expect(nextStretch(500 * MINUTE, 480 * MINUTE, 1, NOW)).toBeNull();
});

test("towards the end of what is lined up the next stretch is asked for, from the last entry on", () => {
  const end = 500 * MINUTE;
  const next = nextStretch(end, end - 3 * MINUTE, 1, NOW);
  expect(next).toMatchObject({ fromMs: end - 1 });
});

test("who plays fast is further ahead", () => {
  expect(nextStretch(500 * MINUTE, 480 * MINUTE, 16, NOW)).not.toBeNull();
});

test("no stretch reaches far beyond now", () => {
  const end = NOW - 2 * MINUTE;
  const next = nextStretch(end, end - MINUTE, 1, NOW);
  expect(next).not.toBe("live");
  if (next !== null && next !== "live") expect(next.toMs).toBeLessThanOrEqual(NOW + MINUTE);
});

test("near now the live playlist goes on", () => {
  expect(nextStretch(NOW - 4_000, NOW - 5_000, 1, NOW)).toBe("live");
  expect(nextStretch(NOW + 1_000, NOW - 5_000, 1, NOW)).toBe("live");
});

test("whoever has paused on live is not fed for days", () => {
  expect(nextStretch(NOW - 1_000, NOW - 30 * MINUTE, 1, NOW)).toBeNull();
});

test("behind live less is kept than behind the archive", () => {
  expect(keptFrom(NOW, true)).toBe(NOW - 5 * MINUTE);
  expect(keptFrom(NOW, false)).toBe(NOW - 30 * MINUTE);
});

test("live begins near the end, with something left to play until the next segment is there", () => {
  const seconds = Array.from({ length: 10 }, (_, n) => ({ dateMs: n * 1000, durationMs: 1000 }));
  expect(liveStart(seconds)).toBe(7_000);
  const long = Array.from({ length: 10 }, (_, n) => ({ dateMs: n * 3500, durationMs: 3500 }));
  expect(liveStart(long)).toBe(28_000);
});

const DAY = 1_440 * MINUTE;
const LATE = 20_000 * DAY;

test("what is recorded next is asked for in pieces of a month, up to now", () => {
  expect(questionsFrom(LATE - DAY, LATE)).toEqual([{ fromMs: LATE - DAY, toMs: LATE }]);
  expect(isLongAgo(LATE - DAY, LATE)).toBe(false);
  const questions = questionsFrom(LATE - 45 * DAY, LATE);
  expect(isLongAgo(LATE - 45 * DAY, LATE)).toBe(true);
  expect(questions).toEqual([
    { fromMs: LATE - 45 * DAY, toMs: LATE - 14 * DAY },
    { fromMs: LATE - 14 * DAY, toMs: LATE },
  ]);
});

test("a moment of ages ago is no reason for hundreds of questions", () => {
  expect(questionsFrom(0, LATE).length).toBeLessThan(15);
});

test("a moment that is now, or later, is one short question", () => {
  expect(questionsFrom(LATE, LATE)).toEqual([{ fromMs: LATE, toMs: LATE + 1_000 }]);
});

test("after a long sleep the way to live is asked for piece by piece", () => {
  const end = LATE - 3 * DAY;
  const piece = stretchTowardsNow(end, LATE);
  expect(piece.fromMs).toBe(end - 1);
  expect(piece.toMs - piece.fromMs).toBeLessThan(30 * MINUTE);
  expect(stretchTowardsNow(LATE - MINUTE, LATE).toMs).toBe(LATE);
});
