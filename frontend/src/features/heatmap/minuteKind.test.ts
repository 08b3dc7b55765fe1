import { expect, test } from "vitest";
import { KIND, kindOf, minuteWords } from "./minuteKind";
import { UNKNOWN } from "./series";
import { recordedMinutes } from "./testMinutes";

test("a minute is what most of it was; missing is worse than black, black worse than frozen", () => {
  const minutes = recordedMinutes(6, {
    missing: { 1: 30, 2: 29, 3: 60 },
    black: { 3: 60, 4: 45 },
    frozen: { 4: 60, 5: 31 },
  });
  const kinds = [0, 1, 2, 3, 4, 5].map((minute) => kindOf(minutes, minute));
  expect(kinds).toEqual([KIND.recorded, KIND.missing, KIND.recorded, KIND.missing, KIND.black, KIND.frozen]);
});

test("a minute of which nothing is known is not a missing one", () => {
  const minutes = recordedMinutes(1, { frames: { 0: UNKNOWN }, missing: { 0: UNKNOWN } });
  expect(kindOf(minutes, 0)).toBe(KIND.unknown);
  expect(minuteWords(minutes, 0)).toBe("Not reported");
});

test("what was not analysed is neither black nor frozen", () => {
  const minutes = recordedMinutes(1, { black: { 0: UNKNOWN }, frozen: { 0: UNKNOWN } });
  expect(minuteWords(minutes, 0)).toBe("Recorded");
});

test("words tell also what is less than half a minute", () => {
  const minutes = recordedMinutes(4, {
    missing: { 0: 12, 1: 60, 2: 48 },
    frozen: { 0: 5, 3: 60 },
    black: { 3: 4 },
  });
  expect([0, 1, 2, 3].map((minute) => minuteWords(minutes, minute))).toEqual([
    "Recorded, 12 s missing, 5 s frozen",
    "Missing",
    "48 s missing",
    "Frozen, 4 s black",
  ]);
});
