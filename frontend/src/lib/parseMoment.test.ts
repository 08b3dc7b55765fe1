import { describe, expect, test } from "vitest";
import { findMoment, parseMoment } from "./parseMoment";
import { timeOf } from "./zone";

// A Friday, 21:47:32.
const NOW = Date.UTC(2026, 10, 20, 21, 47, 32);

function utc(text: string): string | null {
  const moment = parseMoment(text, NOW, "utc");
  if (moment === null) return null;
  return moment.isDay ? new Date(moment.ms).toISOString().slice(0, 10) : new Date(moment.ms).toISOString();
}

describe("times as people type them", () => {
  test.each([
    ["yesterday 14:20", "2026-11-19T14:20:00.000Z"],
    ["Yesterday at 14:20:05", "2026-11-19T14:20:05.000Z"],
    ["14:20 yesterday", "2026-11-19T14:20:00.000Z"],
    ["today 9:05", "2026-11-20T09:05:00.000Z"],
    ["yesterday, noon", "2026-11-19T12:00:00.000Z"],
    ["yesterday 2pm", "2026-11-19T14:00:00.000Z"],
    ["yesterday 2:20 pm", "2026-11-19T14:20:00.000Z"],
    ["12am", "2026-11-20T00:00:00.000Z"],
    ["14:20", "2026-11-20T14:20:00.000Z"],
    ["2026-11-20 03:12", "2026-11-20T03:12:00.000Z"],
    ["2026-11-20T03:12:05Z", "2026-11-20T03:12:05.000Z"],
    ["2026-11-20T03:12", "2026-11-20T03:12:00.000Z"],
    ["2026-11-20T03:12+02:00", "2026-11-20T01:12:00.000Z"],
    ["20.11.2026 03:12", "2026-11-20T03:12:00.000Z"],
    ["3 nov 14:20", "2026-11-03T14:20:00.000Z"],
    ["nov 3 2025 14:20", "2025-11-03T14:20:00.000Z"],
    ["-3h", "2026-11-20T18:47:32.000Z"],
    ["-1h30m", "2026-11-20T20:17:32.000Z"],
    ["2 h ago", "2026-11-20T19:47:32.000Z"],
    ["2h ago", "2026-11-20T19:47:32.000Z"],
    ["1 hour 30 min ago", "2026-11-20T20:17:32.000Z"],
    ["an hour ago", "2026-11-20T20:47:32.000Z"],
    ["10 minutes ago", "2026-11-20T21:37:32.000Z"],
    ["2 days ago", "2026-11-18T21:47:32.000Z"],
  ])("%s", (text, expected) => {
    expect(utc(text)).toBe(expected);
  });

  test.each([
    ["yesterday", "2026-11-19"],
    ["2026-11-18", "2026-11-18"],
    ["tuesday", "2026-11-17"],
    ["fri", "2026-11-20"],
    ["24 dec", "2025-12-24"],
  ])("a day alone is a day: %s", (text, expected) => {
    expect(utc(text)).toBe(expected);
  });
});

test("a time of day that has not come yet today was yesterday's", () => {
  expect(utc("23:10")).toBe("2026-11-19T23:10:00.000Z");
});

test("a weekday is the last one; today's later hours mean a week ago", () => {
  expect(utc("thu 14:20")).toBe("2026-11-19T14:20:00.000Z");
  expect(utc("sat 14:20")).toBe("2026-11-14T14:20:00.000Z");
  expect(utc("fri 14:20")).toBe("2026-11-20T14:20:00.000Z");
  expect(utc("fri 23:00")).toBe("2026-11-13T23:00:00.000Z");
  expect(utc("last friday 14:20")).toBe("2026-11-20T14:20:00.000Z");
});

test("a day that was named with its date stays that, also where it is to come", () => {
  expect(utc("today 23:00")).toBe("2026-11-20T23:00:00.000Z");
  expect(utc("2026-11-21 03:12")).toBe("2026-11-21T03:12:00.000Z");
});

test.each([
  "",
  "lobby",
  "25:00",
  "14:60",
  "14",
  "2026-13-01",
  "2026-02-30",
  "30.02.2026",
  "13pm",
  "-3",
  "-3x",
  "3 h",
  "ago",
  "mo",
  "sunny",
  "999999999 days ago",
])("no time: %j", (text) => {
  expect(parseMoment(text, NOW, "utc")).toBeNull();
});

test("wall-clock times are of the zone that is shown, unless UTC is said", () => {
  expect(parseMoment("2026-11-19 14:20", NOW, "local")?.ms).toBe(timeOf("local", 2026, 10, 19, 14, 20));
  expect(parseMoment("2026-11-19 14:20 UTC", NOW, "local")?.ms).toBe(Date.UTC(2026, 10, 19, 14, 20));
});

test("beside a time may stand what it is about, before it or behind it", () => {
  const at = Date.UTC(2026, 10, 19, 14, 20);
  for (const text of ["lobby yesterday 14:20", "yesterday 14:20 Lobby", "lobby at yesterday 14:20"]) {
    expect(findMoment(text, NOW, "utc")).toEqual({ moment: { ms: at, isDay: false }, rest: "lobby" });
  }
  expect(findMoment("car park n 2 h ago", NOW, "utc")?.rest).toBe("car park n");
  expect(findMoment("gate 2 14:20", NOW, "utc")?.rest).toBe("gate 2");
  expect(findMoment("yesterday", NOW, "utc")?.rest).toBe("");
  expect(findMoment("gate 2", NOW, "utc")).toBeNull();
});
