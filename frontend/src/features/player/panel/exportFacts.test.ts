import { expect, test } from "vitest";
import { exportFacts, fieldText, fieldTime } from "./exportFacts";

const SECOND = 1_000;
const gap = { from: 20 * SECOND, to: 30 * SECOND, code: "host_down", sentence: "The host was off." };
const known = {
  recorded: [
    { from: 0, to: 20 * SECOND },
    { from: 30 * SECOND, to: 90 * SECOND },
  ],
  gaps: [gap],
  unreachable: [],
  reported: [],
};

test("a range's footage, what is missing, and about how large it will be", () => {
  expect(exportFacts(known, { from: 10 * SECOND, to: 60 * SECOND }, 8_000_000)).toEqual({
    lengthMs: 50 * SECOND,
    footageMs: 40 * SECOND,
    gaps: [gap],
    refusal: null,
    bytes: 40_000_000,
  });
});

test("a range within a gap is refused with the gap's reason", () => {
  const facts = exportFacts(known, { from: 22 * SECOND, to: 25 * SECOND }, null);
  expect(facts.refusal).toBe("There is no footage in it: The host was off.");
  expect(facts.bytes).toBeNull();
});

test("of a host that does not answer nothing can be exported now", () => {
  const silent = {
    ...known,
    recorded: [],
    gaps: [],
    unreachable: [{ from: 0, to: 90 * SECOND, sentence: "lab-1 does not answer.", sinceMs: null }],
  };
  expect(exportFacts(silent, { from: 0, to: SECOND }, null).refusal).toBe("lab-1 does not answer.");
});

test("a typed time is the one that was shown, in both zones", () => {
  const ms = Date.UTC(2026, 10, 21, 4, 5, 9);
  expect(fieldText(ms, "utc")).toBe("2026-11-21T04:05:09");
  for (const zone of ["utc", "local"] as const) expect(fieldTime(fieldText(ms, zone), zone)).toBe(ms);
});

test("browsers leave seconds out where they are none, and half a time is none", () => {
  expect(fieldTime("2026-11-21T04:05", "utc")).toBe(Date.UTC(2026, 10, 21, 4, 5));
  expect(fieldTime("", "utc")).toBeNull();
});
