/** What is asked of a device's archive. Keys begin with "archive" and the device. */
import { type Query, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { DeviceTimeline } from "@/api/types";
import type { DeviceName } from "@/lib/deviceAddress";
import { isoTime } from "@/lib/format";
import { decoded } from "./minutes";
import type { Span } from "./span";

const fullName = (name: DeviceName) => `${name.host}/${name.device}`;
// A host that did not answer is asked again this soon, whatever was asked.
const SILENT_AGAIN_MS = 10_000;

/** Keeps what was shown while a neighbouring stretch is fetched, but never another device's. */
function previousOf(name: DeviceName) {
  return <T>(before: T | undefined, query: Pick<Query, "queryKey"> | undefined): T | undefined =>
    query?.queryKey[1] === fullName(name) ? before : undefined;
}

/** What is recorded in a stretch. `everyMs`: how often it is asked again. */
export function recordedQuery(name: DeviceName, stretch: Span, everyMs: number) {
  return queryOptions({
    queryKey: ["archive", fullName(name), "recorded", stretch.from, stretch.to],
    queryFn: async ({ signal }): Promise<DeviceTimeline | null> => {
      const query = { device: fullName(name), from: isoTime(stretch.from), to: isoTime(stretch.to) };
      const found = await answer(api.GET("/api/v1/timeline", { params: { query }, signal }));
      return found.devices[0] ?? null;
    },
    refetchInterval: (asked) =>
      asked.state.data?.complete === false || asked.state.status === "error"
        ? Math.min(SILENT_AGAIN_MS, everyMs)
        : everyMs,
    placeholderData: previousOf(name),
    staleTime: everyMs / 2,
  });
}

/** The minutes of a stretch, `every` of them to a cell. `everyMs`: how often they are asked again. */
export function minutesQuery(name: DeviceName, stretch: Span, every: 1 | 10, everyMs: number) {
  return queryOptions({
    queryKey: ["archive", fullName(name), "minutes", every, stretch.from, stretch.to],
    queryFn: async ({ signal }) => {
      const query = {
        devices: fullName(name),
        from: isoTime(stretch.from),
        to: isoTime(stretch.to),
        every,
        thumbnails: every === 1,
      };
      return decoded(await answer(api.GET("/api/v1/heatmap", { params: { query }, signal })));
    },
    refetchInterval: everyMs,
    placeholderData: previousOf(name),
    staleTime: everyMs / 2,
  });
}
