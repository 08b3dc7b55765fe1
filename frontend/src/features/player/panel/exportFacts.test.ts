import { afterEach, expect, test } from "vitest";
import { exportFacts, fieldText, fieldTime } from "./exportFacts";

const zoneBefore = process.env.TZ;
afterEach(() => {
  process.env.TZ = zoneBefore;
});

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
  for (const zone of ["utc", "local"] as const) expect(fieldTime(fieldText(ms, zone), zone, ms)).toBe(ms);
});

test("browsers leave seconds out where they are none, and half a time is none", () => {
  expect(fieldTime("2026-11-21T04:05", "utc", 0)).toBe(Date.UTC(2026, 10, 21, 4, 5));
  expect(fieldTime("", "utc", 0)).toBeNull();
});

test("of a time that comes twice it is the one near to what stood there", () => {
  process.env.TZ = "Europe/Berlin";
  // 25 October 2026: 02:00 to 03:00 comes twice, from 00:00 and from 01:00 UTC.
  const [first, second] = [Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)];
  const typed = "2026-10-25T02:30:00";
  expect(fieldTime(typed, "local", first + SECOND)).toBe(first);
  expect(fieldTime(typed, "local", second - 60 * SECOND)).toBe(second);
  expect(fieldTime("2026-10-25T03:30:00", "local", first)).toBe(second + 3_600 * SECOND);
  expect(fieldTime("2026-10-25T01:30:00", "local", second)).toBe(first - 3_600 * SECOND);
});
