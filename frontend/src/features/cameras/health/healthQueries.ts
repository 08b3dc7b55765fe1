/** What is asked about how cameras did. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { errorOf } from "@/api/errors";
import { serverNow } from "@/api/serverClock";
import type { HealthReport } from "@/features/cameras/cameraTypes";
import { type PeriodName, spanOf } from "./periods";

const CHECKS_EVERY_MS = 30_000;
const REPORT_EVERY_MS = 60_000;

/** How one camera did in the period that ends now. */
export const historyQuery = (id: string, period: PeriodName) =>
  queryOptions({
    queryKey: ["cameras", "history", id, period],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/cameras/{camera_id}/health-history", {
          params: { path: { camera_id: id }, query: asked(period) },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: CHECKS_EVERY_MS,
  });

/** Of which cameras a report is. */
export interface ReportOf {
  period: PeriodName;
  group_id?: string;
  host_id?: string;
}

/** How many cameras did in the period that ends now. */
export const reportQuery = ({ period, ...of }: ReportOf) =>
  queryOptions({
    queryKey: ["cameras", "report", period, of],
    queryFn: async ({ signal }): Promise<HealthReport> => {
      const { data, error, response } = await api.GET("/api/v1/cameras/health-report", {
        params: { query: { ...asked(period), ...of, format: "json" } },
        signal,
      });
      // The same address has a file as well, which is text.
      if (data === undefined || typeof data === "string") throw await errorOf(response, error);
      return data.data;
    },
    placeholderData: keepPreviousData,
    refetchInterval: REPORT_EVERY_MS,
  });

/** The address of the same report as a file for spreadsheets. */
export function reportFilePath({ period, ...of }: ReportOf): string {
  return `/api/v1/cameras/health-report?${new URLSearchParams({ ...asked(period), ...of, format: "csv" })}`;
}

function asked(period: PeriodName): { from: string; to: string } {
  const { fromMs, toMs } = spanOf(period, serverNow());
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}
