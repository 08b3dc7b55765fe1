/** The health report's cameras in the order that somebody wants. */
import type { CameraHealthReport } from "@/features/cameras/cameraTypes";

export const REPORT_SORT_KEYS = ["name", "uptime", "outages", "down", "latency"] as const;
export type ReportSortKey = (typeof REPORT_SORT_KEYS)[number];
export type ReportSort = ReportSortKey | `-${ReportSortKey}`;

/** Reads `?sort=`; what is wrong: those that were up least come first. */
export function reportSortOf(text: string | null): ReportSort {
  const key = REPORT_SORT_KEYS.find((one) => text === one || text === `-${one}`);
  if (key === undefined) return "uptime";
  return text?.startsWith("-") === true ? `-${key}` : key;
}

const MEASURES: Readonly<Record<Exclude<ReportSortKey, "name">, (row: CameraHealthReport) => number | null>> =
  {
    uptime: ({ uptime_percent }) => uptime_percent,
    outages: ({ checks, outages_total }) => (checks === 0 ? null : outages_total),
    down: ({ checks, outage_seconds }) => (checks === 0 ? null : outage_seconds),
    latency: ({ latency_ms }) => latency_ms.p95,
  };

/** Sorted; what is not known comes last either way, what is the same by name. */
export function sortedRows(rows: readonly CameraHealthReport[], sort: ReportSort): CameraHealthReport[] {
  const isDown = sort.startsWith("-");
  const key = REPORT_SORT_KEYS.find((one) => sort === one || sort === `-${one}`) ?? "name";
  const byName = (one: CameraHealthReport, other: CameraHealthReport) => one.name.localeCompare(other.name);
  if (key === "name")
    return rows.toSorted((one, other) => (isDown ? -byName(one, other) : byName(one, other)));
  const measure = MEASURES[key];
  return rows.toSorted((one, other) => {
    const [a, b] = [measure(one), measure(other)];
    if (a === null || b === null) return a === b ? byName(one, other) : a === null ? 1 : -1;
    return (isDown ? b - a : a - b) || byName(one, other);
  });
}

/** Of all cameras of a report: how many had an outage, and the mean uptime of those that were checked. */
export function sumsOf(rows: readonly CameraHealthReport[]): {
  checked: number;
  withOutage: number;
  uptime: number | null;
} {
  const known = rows.flatMap(({ uptime_percent }) => (uptime_percent === null ? [] : [uptime_percent]));
  return {
    checked: rows.filter(({ checks }) => checks > 0).length,
    withOutage: rows.filter(({ outages_total }) => outages_total > 0).length,
    uptime: known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length,
  };
}
