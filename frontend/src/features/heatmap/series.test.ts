import { expect, test } from "vitest";
import type { Heatmap, HeatmapDevice } from "@/api/types";
import { merge, moved, UNKNOWN } from "./series";

const START = Date.parse("2026-11-21T10:00:00Z");

function device(series: Partial<HeatmapDevice>): HeatmapDevice {
  return { device: "lab-1/street", label: "Street", group: null, group_id: null, removed: false, ...series };
}

function answered(from: string, cells: number, devices: HeatmapDevice[]): Heatmap {
  const to = new Date(Date.parse(from) + cells * 60_000).toISOString();
  return { from, to, cells, every_minutes: 1, devices };
}

const bytes = (...values: number[]) => btoa(String.fromCharCode(...values));

test("a series that was left out stands for none, of frames and activity for unknown", () => {
  const row = merge([answered("2026-11-21T10:00:00Z", 2, [device({ frames: bytes(120, 120) })])], START, 2);
  const minutes = row.get("lab-1/street")?.minutes;
  expect([...(minutes?.missing ?? [])]).toEqual([0, 0]);
  expect([...(minutes?.activity ?? [])]).toEqual([UNKNOWN, UNKNOWN]);
});

test("answers are placed by their time, beginning before the period or ending after it", () => {
  const early = answered("2026-11-21T09:59:00Z", 2, [device({ frames: bytes(1, 2) })]);
  const late = answered("2026-11-21T10:02:00Z", 2, [device({ frames: bytes(3, 4) })]);
  const minutes = merge([early, late], START, 3).get("lab-1/street")?.minutes;
  expect([...(minutes?.frames ?? [])]).toEqual([2, UNKNOWN, 3]);
});

test("where answers overlap the later one holds", () => {
  const first = answered("2026-11-21T10:00:00Z", 2, [device({ frames: bytes(1, UNKNOWN) })]);
  const second = answered("2026-11-21T10:01:00Z", 1, [device({ frames: bytes(7), missing_s: bytes(60) })]);
  const minutes = merge([first, second], START, 2).get("lab-1/street")?.minutes;
  expect([...(minutes?.frames ?? [])]).toEqual([1, 7]);
  expect([...(minutes?.missing ?? [])]).toEqual([0, 60]);
});

test("an answer from another day leaves everything unknown", () => {
  const other = answered("2026-11-20T10:00:00Z", 2, [device({ frames: bytes(1, 1) })]);
  const minutes = merge([other], START, 2).get("lab-1/street")?.minutes;
  expect([...(minutes?.frames ?? [])]).toEqual([UNKNOWN, UNKNOWN]);
});

test("a byte of activity is the root of what moved", () => {
  expect([0, 127, 254].map((level) => Math.round(moved(level) * 100))).toEqual([0, 25, 100]);
});
