import { afterEach, expect, test } from "vitest";
import { cellTime, hourStart, hoursOf, minutesOfHour, wholeHours } from "./hours";
import { HOUR_MS, periodOf } from "./period";
import { mosaicHour, pictureTime, tileOf, whyNoPicture } from "./pictures";
import { UNKNOWN } from "./series";
import { recordedMinutes } from "./testMinutes";

const NOW = Date.parse("2026-11-21T14:41:20Z");
const zoneBefore = process.env.TZ;
afterEach(() => {
  process.env.TZ = zoneBefore;
});

test("the last 24 hours are whole ones, the running hour last", () => {
  const period = wholeHours(periodOf(new URLSearchParams(), NOW, "utc"), NOW, "utc");
  const hours = hoursOf(period);
  expect(hours).toHaveLength(24);
  expect(new Date(hours[23] ?? 0).toISOString()).toBe("2026-11-21T14:00:00.000Z");
});

test("a day on which the clock goes back has 25 rows", () => {
  process.env.TZ = "Europe/Berlin";
  const day = periodOf(new URLSearchParams("day=2026-10-25"), NOW, "local");
  expect(hoursOf(wholeHours(day, NOW, "local"))).toHaveLength(25);
});

test("in a zone of half hours an hour begins at its own full hour", () => {
  process.env.TZ = "Asia/Kolkata";
  expect(new Date(hourStart(NOW, "local")).toISOString()).toBe("2026-11-21T14:30:00.000Z");
});

test("an hour's minutes are its own, and a cell is its minute", () => {
  const period = {
    fromMs: NOW - (NOW % HOUR_MS),
    toMs: NOW - (NOW % HOUR_MS) + 2 * HOUR_MS,
    kind: "to",
  } as const;
  const minutes = recordedMinutes(120, { activity: { 61: 99 } });
  expect(minutesOfHour(minutes, period, period.fromMs + HOUR_MS).activity[1]).toBe(99);
  expect(cellTime({ row: 1, minute: 1 }, period)).toBe(period.fromMs + 61 * 60_000);
});

test("a minute's tile is found in the mosaic of its hour of UTC", () => {
  const at = Date.parse("2026-11-21T14:41:00Z");
  expect(mosaicHour(at)).toBe("2026-11-21T14");
  expect(tileOf(at, { columns: 10, rows: 6 })).toEqual({ column: 1, row: 4 });
  expect(tileOf(at, { columns: 0, rows: 0 })).toBeNull();
});

test("a picture is taken at the second that most moved", () => {
  expect(pictureTime(new Uint8Array([7]), 0, 60_000)).toBe(67_000);
  expect(pictureTime(new Uint8Array([UNKNOWN]), 0, 60_000)).toBeNull();
});

test("no picture is asked for where there can be none, and the reason is said", () => {
  const minutes = recordedMinutes(3, { missing: { 1: 60 }, frames: { 2: UNKNOWN } });
  const row = { minutes, host: "lab-2", removed: false };
  expect(whyNoPicture({ ...row, word: "live" }, 0)).toBeNull();
  expect(whyNoPicture({ ...row, word: "host silent" }, 0)).toBe("Picture not reachable now: lab-2 is silent");
  expect(whyNoPicture({ ...row, word: "live" }, 1)).toBe("No footage of this minute");
  expect(whyNoPicture({ ...row, word: "live" }, 2)).toBe("Nothing reported of this minute");
});
