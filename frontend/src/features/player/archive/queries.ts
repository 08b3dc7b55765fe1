/** What is asked of a device's archive. Keys begin with "archive" and the device. */
import { type Query, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { areCaptionsOff, asksAgain, type CaptionEvent, type EventPart, eventsFrom } from "@/api/events";
import type { DeviceTimeline } from "@/api/types";
import type { DeviceName } from "@/lib/deviceAddress";
import { isoTime } from "@/lib/format";
import { captionEvent, captionEvents } from "./captions";
import type { ArchiveEvent } from "./events";
import { decoded } from "./minutes";
import type { Span } from "./span";

const fullName = (name: DeviceName) => `${name.host}/${name.device}`;
// A host that did not answer is asked again this soon, whatever was asked.
const SILENT_AGAIN_MS = 10_000;

// Of a day: more than most cameras' captions make.
const MOST_A_PART = 500;
const MOST_PARTS = 6;
const CAPTIONS_EVERY_MS = 60_000;

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

/** Events out of captions in a stretch. `isCut`: they are the newest of it, and there are earlier ones. */
export interface CaptionsFound {
  events: CaptionEvent[];
  isCut: boolean;
}

/** Events out of captions in a stretch. `camera`: its name in captions; null: nothing is asked. */
export function captionsQuery(name: DeviceName, camera: string | null, stretch: Span) {
  return queryOptions({
    queryKey: ["archive", fullName(name), "captions", camera, stretch.from, stretch.to],
    queryFn: async ({ signal }): Promise<CaptionsFound> => {
      const query = {
        camera,
        // A camera that was moved has its earlier events at another host's device.
        host: name.host,
        from: isoTime(stretch.from),
        to: isoTime(stretch.to),
        sort: "newest",
        limit: MOST_A_PART,
      } as const;
      const found: CaptionEvent[] = [];
      let cursor: string | null = "";
      for (let part = 0; part < MOST_PARTS && cursor !== null; part += 1) {
        const { events, next_cursor }: EventPart = await eventsFrom({ ...query, cursor }, signal);
        found.push(...events);
        cursor = next_cursor;
      }
      return { events: found, isCut: cursor !== null };
    },
    enabled: camera !== null,
    refetchInterval: ({ state }) => (areCaptionsOff(state.error) ? false : CAPTIONS_EVERY_MS),
    placeholderData: previousOf(name),
    staleTime: CAPTIONS_EVERY_MS / 2,
    retry: asksAgain,
  });
}

const MOST_FOUND = 100;

/** Events of all times in whose captions `text` is, the newest. */
export function foundCaptionsQuery(name: DeviceName, camera: string | null, text: string) {
  return queryOptions({
    queryKey: ["archive", fullName(name), "found", camera, text],
    queryFn: ({ signal }) =>
      eventsFrom({ camera, host: name.host, text, sort: "newest", limit: MOST_FOUND }, signal),
    enabled: camera !== null && text !== "",
    placeholderData: previousOf(name),
    staleTime: CAPTIONS_EVERY_MS,
    retry: asksAgain,
  });
}

/** The last event of captions that began before `ms`; null: there is none. */
export async function captionBefore(
  name: DeviceName,
  camera: string,
  ms: number,
): Promise<ArchiveEvent | null> {
  const query = { camera, host: name.host, to: isoTime(ms), sort: "newest", limit: 1 } as const;
  const [found] = (await eventsFrom(query)).events;
  return found === undefined ? null : captionEvent(found);
}

/** The first one that began after `ms`. */
export async function captionAfter(
  name: DeviceName,
  camera: string,
  ms: number,
): Promise<ArchiveEvent | null> {
  // One that goes on at that time is told as well.
  const query = { camera, host: name.host, from: isoTime(ms), sort: "oldest", limit: 2 } as const;
  const later = captionEvents([(await eventsFrom(query)).events]).find(({ atMs }) => atMs > ms);
  return later ?? null;
}
