import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { devicesQuery } from "@/api/queries";
import type { Heatmap } from "@/api/types";
import { minutesOf, type Part, type Period, partsToAsk } from "./period";
import { minutesQuery } from "./queries";
import { type Row, rowsOf } from "./rows";
import { merge } from "./series";

/** What a page knows of the rows that it shows. */
export interface FleetMinutes {
  /** Undefined: not even the list of devices is there. */
  rows: Row[] | undefined;
  /** Rows are known, their minutes are not yet. */
  isWaiting: boolean;
  /** What went wrong; rows may be there all the same, of before. */
  error: unknown;
  retry: () => void;
}

/** The rows of `period`, kept up to date. `device`: only this one's, with its pictures' seconds. */
export function useFleetMinutes(period: Period, nowMs: number, device?: string): FleetMinutes {
  const parts = partsToAsk(period, nowMs);
  const devices = useQuery(devicesQuery);
  const settled = useQuery(minutesQuery(parts.settled, "settled", device));
  const fresh = useQuery(minutesQuery(parts.fresh, "fresh", device));
  const count = minutesOf(period);
  const { fromMs } = period;
  const merged = useMemo(
    () =>
      merge(
        [settled.data, fresh.data].filter((answer) => answer !== undefined),
        fromMs,
        count,
      ),
    [settled.data, fresh.data, fromMs, count],
  );
  const listed = devices.data;
  const rows = useMemo(() => {
    if (listed === undefined) return undefined;
    const wanted = device === undefined ? listed : listed.filter((one) => one.full_name === device);
    return rowsOf(wanted, merged, count, nowMs);
  }, [listed, device, merged, count, nowMs]);
  const failed = [devices, settled, fresh].filter((query) => query.isError);
  return {
    rows,
    isWaiting: !isOf(settled.data, parts.settled) || !isOf(fresh.data, parts.fresh),
    error: failed[0]?.error ?? null,
    retry: () => {
      for (const query of failed) void query.refetch();
    },
  };
}

// An answer kept from before serves where it has most of what is asked for now, as after a full hour.
function isOf(answer: Heatmap | undefined, part: Part | null): boolean {
  if (part === null) return true;
  if (answer === undefined) return false;
  const shared = Math.min(Date.parse(answer.to), part.toMs) - Math.max(Date.parse(answer.from), part.fromMs);
  return shared >= (part.toMs - part.fromMs) / 2;
}
