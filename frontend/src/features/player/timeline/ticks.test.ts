import { afterAll, beforeAll, expect, test } from "vitest";
import type { Scale } from "./scale";
import { stepsFor, ticksOf } from "./ticks";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const spacing = { words: 84, ticks: 10 };
const zoneBefore = process.env.TZ;

beforeAll(() => {
  process.env.TZ = "Europe/Berlin";
});
afterAll(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

function majors(scale: Scale, zone: "local" | "utc" = "local"): string[] {
  return ticksOf(scale, zone, spacing)
    .filter((tick) => tick.isMajor || tick.isMidnight)
    .map((tick) => tick.label);
}

test("ticks fit the zoom, from seconds to days", () => {
  expect(stepsFor((20 * 1000) / 1360, spacing).major).toBe(2_000);
  expect(stepsFor((6 * HOUR) / 1360, spacing)).toEqual({ major: 30 * MINUTE, minor: 5 * MINUTE });
  expect(stepsFor((24 * HOUR) / 1360, spacing).major).toBe(2 * HOUR);
  expect(stepsFor((31 * 24 * HOUR) / 1360, spacing).major).toBe(48 * HOUR);
});

test("seconds are named where minutes do not say enough", () => {
  const from = Date.UTC(2026, 10, 21, 14, 0, 0);
  expect(majors({ from, to: from + 7_500, width: 700 }, "utc")).toEqual([
    "14:00:00",
    "14:00:01",
    "14:00:02",
    "14:00:03",
    "14:00:04",
    "14:00:05",
    "14:00:06",
    "14:00:07",
  ]);
});

test("at midnight stands the date, in the chosen zone", () => {
  const from = Date.UTC(2026, 10, 20, 20);
  const scale = { from, to: from + 8 * HOUR, width: 1360 };
  expect(majors(scale, "utc")).toContain("Sat 21 Nov");
  const local = ticksOf(scale, "local", spacing).find((tick) => tick.isMidnight);
  expect(local).toMatchObject({ ms: Date.UTC(2026, 10, 20, 23), label: "Sat 21 Nov" });
});

test("an hour that clocks skip has no tick", () => {
  // 29 March 2026: 02:00 is followed by 03:00.
  const from = Date.UTC(2026, 2, 28, 23);
  expect(majors({ from, to: from + 6 * HOUR, width: 600 })).toEqual([
    "Sun 29 Mar",
    "01:00",
    "03:00",
    "04:00",
    "05:00",
    "06:00",
  ]);
});

test("an hour that comes twice has two", () => {
  // 25 October 2026: 02:00 to 03:00 comes twice.
  const from = Date.UTC(2026, 9, 24, 22);
  expect(majors({ from, to: from + 6 * HOUR, width: 600 })).toEqual([
    "Sun 25 Oct",
    "01:00",
    "02:00",
    "02:00",
    "03:00",
    "04:00",
  ]);
});

test("days are as long as they are", () => {
  const from = Date.UTC(2026, 9, 22, 22);
  const midnights = ticksOf({ from, to: from + 96 * HOUR, width: 400 }, "local", spacing).filter(
    (tick) => tick.isMidnight,
  );
  const lengths = midnights.slice(1).map((tick, index) => (tick.ms - (midnights[index]?.ms ?? 0)) / HOUR);
  expect(lengths).toEqual([24, 24, 25]);
});

test("a month has few ticks, whatever the view's begin", () => {
  const from = Date.UTC(2026, 9, 21, 3);
  const ticks = ticksOf({ from, to: from + 31 * 24 * HOUR, width: 1360 }, "utc", spacing);
  expect(ticks.length).toBeLessThan(150);
  expect(ticks.every((tick) => tick.ms >= from)).toBe(true);
});
