import { expect, test } from "vitest";
import type { CameraHealthReport } from "@/features/cameras/cameraTypes";
import { reportSortOf, sortedRows, sumsOf } from "./reportRows";

function row(name: string, changed: Partial<CameraHealthReport> = {}): CameraHealthReport {
  return {
    camera_id: name,
    external_id: name,
    name,
    group: null,
    host: null,
    status: "live",
    checks: 1440,
    uptime_percent: 100,
    unknown_seconds: 0,
    outages: [],
    outages_total: 0,
    outage_seconds: 0,
    longest_outage_seconds: 0,
    latency_ms: { p50: 40, p95: 90, max: 100 },
    fps_actual_mean: 25,
    ...changed,
  };
}

const BAD = row("Bad", { uptime_percent: 50, outages_total: 2, outage_seconds: 600 });
const UNKNOWN = row("Unknown", {
  checks: 0,
  uptime_percent: null,
  latency_ms: { p50: null, p95: null, max: null },
});
const ROWS = [UNKNOWN, row("Good"), BAD, row("Also good", { latency_ms: { p50: 1, p95: 2, max: 3 } })];
const names = (sort: string | null) => sortedRows(ROWS, reportSortOf(sort)).map(({ name }) => name);

test("those that were up least come first unless one says otherwise", () => {
  expect(names(null)).toEqual(["Bad", "Also good", "Good", "Unknown"]);
  expect(names("nonsense")).toEqual(names("uptime"));
});

test("what is not known comes last either way", () => {
  expect(names("-uptime").at(-1)).toBe("Unknown");
  expect(names("latency")).toEqual(["Also good", "Bad", "Good", "Unknown"]);
  expect(names("-down")).toEqual(["Bad", "Also good", "Good", "Unknown"]);
  expect(names("-name")).toEqual(["Unknown", "Good", "Bad", "Also good"]);
});

test("a report is summed up over those that were checked", () => {
  expect(sumsOf(ROWS)).toEqual({ checked: 3, withOutage: 1, uptime: 250 / 3 });
  expect(sumsOf([UNKNOWN]).uptime).toBeNull();
});
