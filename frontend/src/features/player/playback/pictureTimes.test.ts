import { expect, test } from "vitest";
import { mediaTimeOf, type PlacedFragment, steppedTo, wallClockOf } from "./pictureTimes";

function placed(beginS: number, dateMs: number, frames: number, frameS = 0.04): PlacedFragment {
  const framesS = Array.from({ length: frames }, (_, n) => beginS + n * frameS);
  return { beginS, endS: beginS + frames * frameS, dateMs, framesS };
}

const one = placed(10, 1_000_000, 25);
const two = placed(11, 1_001_000, 25);
const afterGap = placed(12, 1_600_000, 25);

test("a picture was taken when its fragment was, plus how far it lies in it", () => {
  expect(wallClockOf(10.4, [one, two])).toBeCloseTo(1_000_400);
});

test("at a border the picture is the next fragment's, also where the browser has rounded its time down", () => {
  expect(wallClockOf(11, [one, two])).toBeCloseTo(1_001_000);
  expect(wallClockOf(10.999999, [one, two])).toBeCloseTo(1_001_000, 0);
});

test("behind a gap time leaps", () => {
  expect(wallClockOf(11.96, [one, two, afterGap])).toBeCloseTo(1_001_960);
  expect(wallClockOf(12.04, [one, two, afterGap])).toBeCloseTo(1_600_040);
});

test("where two fragments overlap the later one's pictures have replaced the other's", () => {
  expect(wallClockOf(10.9, [one, placed(10.8, 1_500_000, 25)])).toBeCloseTo(1_500_100);
});

test("the order in which fragments were loaded does not matter", () => {
  expect(wallClockOf(10.4, [afterGap, two, one])).toBeCloseTo(1_000_400);
});

test("of a picture that no fragment holds nothing is said", () => {
  expect(wallClockOf(9.9, [one])).toBeNull();
  expect(wallClockOf(11.5, [one])).toBeNull();
  expect(wallClockOf(1, [])).toBeNull();
});

const listed = [
  { startS: 0, durationS: 2, dateMs: 1_000_000 },
  { startS: 2, durationS: 2, dateMs: 1_002_000 },
  { startS: 4, durationS: 2, dateMs: 1_600_000 },
];

test("a moment is found in the fragment that shows it", () => {
  expect(mediaTimeOf(1_003_500, listed)).toEqual({ mediaTimeS: 3.5, ms: 1_003_500 });
});

test("a moment in a gap is the first picture behind it", () => {
  expect(mediaTimeOf(1_300_000, listed)).toEqual({ mediaTimeS: 4, ms: 1_600_000 });
});

test("moments before and behind what is listed are not here", () => {
  expect(mediaTimeOf(999_999, listed)).toBeNull();
  expect(mediaTimeOf(1_602_000, listed)).toBeNull();
});

test("a step is one picture, and lands in the middle of the time it stands", () => {
  expect(steppedTo(10.4, 1, [one, two])).toBeCloseTo(10.46);
  expect(steppedTo(10.4, -1, [one, two])).toBeCloseTo(10.38);
  expect(steppedTo(10.4, 3, [one, two])).toBeCloseTo(10.54);
});

test("steps cross fragments, and gaps, in both directions", () => {
  expect(steppedTo(10.96, 1, [one, two])).toBeCloseTo(11.02);
  expect(steppedTo(11, -1, [one, two])).toBeCloseTo(10.98);
  expect(steppedTo(12, -1, [one, two, afterGap])).toBeCloseTo(11.98);
});

test("pictures that stand for different times are stepped one by one all the same", () => {
  const uneven: PlacedFragment = { beginS: 0, endS: 1, dateMs: 0, framesS: [0, 0.04, 0.5, 0.52] };
  expect(steppedTo(0.04, 1, [uneven])).toBeCloseTo(0.51);
  expect(steppedTo(0.5, 1, [uneven])).toBeCloseTo(0.76);
});

test("the last picture stands until its fragment's end, and nothing is stepped to beyond what is loaded", () => {
  expect(steppedTo(11.92, 1, [one, two])).toBeCloseTo(11.98);
  expect(steppedTo(11.96, 1, [one, two])).toBeNull();
  expect(steppedTo(10, -1, [one, two])).toBeNull();
});
