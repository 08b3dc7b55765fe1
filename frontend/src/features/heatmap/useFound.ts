import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { asksAgain, eventMinutes } from "@/api/events";
import { isoTime } from "@/lib/format";
import { type FoundMinutes, foundMinutes, partToSearch } from "./found";
import { MINUTE_MS, type Period } from "./period";

/** What a search for captions has found. */
export interface Found {
  /** By device; null: nothing is searched for, or it is not known yet. */
  devices: ReadonlyMap<string, FoundMinutes> | null;
  isWaiting: boolean;
  /** There are more events than one answer holds. */
  isCut: boolean;
  error: unknown;
}

/** The minutes of `period` in which events have the words of `text`; empty: nothing is searched for. `isOn`: they may be asked for. */
export function useFound(text: string, period: Period, isOn: boolean): Found {
  const { fromMs, toMs } = partToSearch(period);
  const asked = useQuery({
    queryKey: ["heatmap", "found", text, fromMs, toMs],
    queryFn: ({ signal }) => eventMinutes({ text, from: isoTime(fromMs), to: isoTime(toMs) }, signal),
    enabled: text !== "" && isOn,
    placeholderData: keepPreviousData,
    staleTime: MINUTE_MS / 2,
    refetchInterval: MINUTE_MS,
    retry: asksAgain,
  });
  const data = text === "" ? undefined : asked.data;
  const devices = useMemo(() => (data === undefined ? null : foundMinutes(data, period)), [data, period]);
  return {
    devices,
    isWaiting: text !== "" && (asked.isPending || asked.isPlaceholderData),
    isCut: data?.truncated === true,
    error: text === "" ? null : asked.error,
  };
}
