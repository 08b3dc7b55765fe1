/** What the heatmap asks the gateway for. */
import { type Query, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { DeviceName } from "@/lib/deviceAddress";
import { isoTime } from "@/lib/format";
import { HOUR_MS, MINUTE_MS, type Part } from "./period";

// A host that was away sends what it recorded meanwhile: the settled part is asked for again now and then.
const SETTLED_EVERY_MS = 10 * MINUTE_MS;

/**
 * Keeps what was shown while another time is fetched, of the same devices only: `of` is how the keys of their queries
 * begin. Anything else would be one device's minutes and pictures under another one's name.
 */
export function previousOf(...of: readonly string[]) {
  return <T>(before: T | undefined, query: Pick<Query, "queryKey"> | undefined): T | undefined =>
    of.every((part, place) => query?.queryKey[place] === part) ? before : undefined;
}

/** The minutes of a part, of all devices or of one. Unchanged parts cost no more than the question. */
export function minutesQuery(part: Part | null, kind: "settled" | "fresh", device?: string) {
  const everyMs = kind === "settled" ? SETTLED_EVERY_MS : MINUTE_MS;
  return queryOptions({
    queryKey: ["heatmap", kind, device ?? "all", part?.fromMs ?? 0, part?.toMs ?? 0],
    queryFn: ({ signal }) => {
      const { fromMs, toMs } = part ?? { fromMs: 0, toMs: MINUTE_MS };
      const query = {
        from: isoTime(fromMs),
        to: isoTime(toMs),
        ...(device !== undefined && { devices: device, thumbnails: true }),
      };
      return answer(api.GET("/api/v1/heatmap", { params: { query }, signal }));
    },
    enabled: part !== null,
    staleTime: everyMs / 2,
    refetchInterval: everyMs,
    placeholderData: previousOf("heatmap", kind, device ?? "all"),
    structuralSharing: false,
  });
}

/** A device's hours as its host has them: where their mosaics are. `toMs` is not included. */
export function hostHoursQuery(name: DeviceName, fromMs: number, toMs: number) {
  return queryOptions({
    queryKey: ["heatmap", "hours", name.host, name.device, fromMs, toMs],
    queryFn: ({ signal }) => {
      const params = {
        path: { host: name.host, device: name.device },
        query: { from: isoTime(fromMs), to: isoTime(toMs) },
      };
      return answer(api.GET("/api/v1/devices/{host}/{device}/heatmap", { params, signal }));
    },
    staleTime: MINUTE_MS,
    retry: false,
  });
}

/** One hour of `hostHoursQuery`. `hourMs`: where it begins. */
export function hourPicturesQuery(name: DeviceName, hourMs: number) {
  return hostHoursQuery(name, hourMs, hourMs + HOUR_MS);
}

/** At which second of each minute of an hour most moved: where to take its picture from. */
export function picturesSecondsQuery(fullName: string, hourMs: number, nowMs: number) {
  // Of the running hour, and of the one before, there may be more with every minute.
  const kind = nowMs - hourMs < 2 * HOUR_MS ? "fresh" : "settled";
  return minutesQuery({ fromMs: hourMs, toMs: hourMs + HOUR_MS }, kind, fullName);
}
