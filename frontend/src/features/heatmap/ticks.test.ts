import { afterEach, expect, test } from "vitest";
import { HOUR_MS } from "./period";
import { ticksOf } from "./ticks";

const zoneBefore = process.env.TZ;
afterEach(() => {
  process.env.TZ = zoneBefore;
});

const labels = (ticks: ReturnType<typeof ticksOf>) => ticks.flatMap(({ label }) => label ?? []);

test("labels are as many as fit, the date stands at midnight", () => {
  const from = Date.parse("2026-11-20T21:30:00Z");
  const wide = ticksOf(from, from + 24 * HOUR_MS, 1200, "utc");
  expect(labels(wide).slice(0, 4)).toEqual(["22:00", "Sat 21 Nov", "02:00", "04:00"]);
  expect(wide).toHaveLength(24);
  const narrow = ticksOf(from, from + 24 * HOUR_MS, 300, "utc");
  expect(labels(narrow)).toEqual(["Sat 21 Nov", "06:00", "12:00", "18:00"]);
});

test("the day on which the clock goes forward has 23 hours, and no 02:00", () => {
  process.env.TZ = "Europe/Berlin";
  const from = new Date(2026, 2, 29).getTime();
  const to = new Date(2026, 2, 30).getTime();
  const ticks = ticksOf(from, to, 23 * 60, "local");
  expect(to - from).toBe(23 * HOUR_MS);
  expect(labels(ticks).slice(0, 4)).toEqual(["Sun 29 Mar", "01:00", "03:00", "04:00"]);
  expect(ticks[2]?.ms).toBe(from + 2 * HOUR_MS);
});

test("the day on which the clock goes back has 25 hours, ticks at each hour's name once and in their places", () => {
  process.env.TZ = "Europe/Berlin";
  const from = new Date(2026, 9, 25).getTime();
  const to = new Date(2026, 9, 26).getTime();
  const ticks = ticksOf(from, to, 25 * 60, "local");
  expect(to - from).toBe(25 * HOUR_MS);
  expect(labels(ticks)).toHaveLength(24);
  expect(ticks.find(({ label }) => label === "03:00")?.ms).toBe(from + 4 * HOUR_MS);
});

test("in a zone of half hours ticks are at its hours, not at those of UTC", () => {
  process.env.TZ = "Asia/Kolkata";
  const from = Date.parse("2026-11-20T18:30:00Z");
  expect(ticksOf(from, from + 24 * HOUR_MS, 1440, "local")[1]?.ms).toBe(from + HOUR_MS);
});
