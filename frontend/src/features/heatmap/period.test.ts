import { afterEach, expect, test } from "vitest";
import { dayAfter, dayBefore, HOUR_MS, minutesOf, partsToAsk, periodOf } from "./period";

const NOW = Date.parse("2026-11-21T14:41:20Z");
const zoneBefore = process.env.TZ;
afterEach(() => {
  process.env.TZ = zoneBefore;
});

const address = (text: string) => new URLSearchParams(text);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);

test("without an address, or with a wrong one, it is the last 24 hours with the running minute", () => {
  for (const text of [
    "",
    "day=yesterday",
    "day=2026-02-30",
    "day=2026-11-22",
    "to=soon",
    "to=2027-01-01T00:00:00Z",
  ]) {
    const period = periodOf(address(text), NOW, "utc");
    expect([iso(period.fromMs), iso(period.toMs), period.kind]).toEqual([
      "2026-11-20T14:42",
      "2026-11-21T14:42",
      "last",
    ]);
  }
});

test("a day is the zone's, of 23 or 25 hours where the clock changes", () => {
  process.env.TZ = "Europe/Berlin";
  expect(minutesOf(periodOf(address("day=2026-10-25"), NOW, "local"))).toBe(25 * 60);
  expect(minutesOf(periodOf(address("day=2026-03-29"), NOW, "local"))).toBe(23 * 60);
  expect(minutesOf(periodOf(address("day=2026-03-29"), NOW, "utc"))).toBe(24 * 60);
});

test("24 hours can end at any time of the past", () => {
  const period = periodOf(address("to=2026-11-20T03:00:30Z"), NOW, "utc");
  expect([iso(period.fromMs), iso(period.toMs)]).toEqual(["2026-11-19T03:01", "2026-11-20T03:01"]);
});

test("days go back from the last 24 hours, and on until today", () => {
  const last = periodOf(address(""), NOW, "utc");
  expect(dayBefore(last, "utc")).toBe("2026-11-20");
  expect(dayAfter(last, NOW, "utc")).toBeNull();
  const friday = periodOf(address("day=2026-11-20"), NOW, "utc");
  expect(dayBefore(friday, "utc")).toBe("2026-11-19");
  expect(dayAfter(friday, NOW, "utc")).toBe("2026-11-21");
  expect(dayAfter(periodOf(address("day=2026-11-21"), NOW, "utc"), NOW, "utc")).toBeNull();
});

test("what is asked for stays the same for an hour and covers the period without a hole", () => {
  for (let minute = 0; minute < 180; minute += 1) {
    const now = NOW + minute * 60_000;
    const period = periodOf(address(""), now, "utc");
    const { settled, fresh } = partsToAsk(period, now);
    expect(settled?.fromMs).toBeLessThanOrEqual(period.fromMs);
    expect(settled?.toMs).toBe(fresh?.fromMs);
    expect(fresh?.toMs).toBeGreaterThanOrEqual(period.toMs);
    expect((fresh?.fromMs ?? 0) % HOUR_MS).toBe(0);
  }
});

test("a day that is over is asked for as a whole, a day that just began only as what grows", () => {
  const over = partsToAsk(periodOf(address("day=2026-11-19"), NOW, "utc"), NOW);
  expect(over.fresh).toBeNull();
  expect(iso(over.settled?.toMs ?? 0)).toBe("2026-11-20T00:00");
  const soon = Date.parse("2026-11-21T00:10:00Z");
  expect(partsToAsk(periodOf(address("day=2026-11-21"), soon, "utc"), soon).settled).toBeNull();
});
