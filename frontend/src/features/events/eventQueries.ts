/** What the page of events asks for. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import {
  areCaptionsOff,
  asksAgain,
  cachedCameras,
  type EventsWanted,
  eventOf,
  eventsFrom,
  hotCaptions,
  mergeCamera,
  newestRuns,
} from "@/api/events";
import { allPages } from "@/api/queries";
import { turns } from "@/lib/turns";
import type { Begun } from "./merging";
import { recentQuestion } from "./recentWords";

const KEY = "events";
export const PAGE_SIZE = 48;
/** How many of the newest captions are fetched: to be counted, and to be shown. */
export const MOST_RECENT = 200;
const NEW_EVERY_MS = 30_000;
const RECENT_EVERY_MS = 15_000;

/** All that is wanted, part by part. */
export function eventsQuery(wanted: EventsWanted) {
  return infiniteQueryOptions({
    queryKey: [KEY, "list", wanted],
    queryFn: ({ signal, pageParam }) =>
      eventsFrom({ ...wanted, limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
    staleTime: NEW_EVERY_MS / 2,
    // Who reads further down is not disturbed by what comes in above.
    refetchInterval: ({ state }) =>
      areCaptionsOff(state.error) || (state.data?.pages.length ?? 0) > 1 ? false : NEW_EVERY_MS,
    retry: asksAgain,
  });
}

/** One event, with all that was said while it lasted. */
export function eventQuery(id: string) {
  return queryOptions({
    queryKey: [KEY, "one", id],
    queryFn: ({ signal }) => eventOf(id, signal),
    placeholderData: keepPreviousData,
    retry: asksAgain,
  });
}

/** The newest captions that are not merged into events yet. */
export function recentQuery({ camera, group_id, text, from, to }: EventsWanted) {
  const q = recentQuestion(text ?? "");
  const query = {
    ...(camera != null && { camera }),
    ...(group_id != null && { group_id }),
    ...(q !== "" && { q }),
    ...(from != null && { from }),
    ...(to != null && { to }),
    limit: MOST_RECENT,
  };
  return queryOptions({
    queryKey: [KEY, "recent", query],
    queryFn: ({ signal }) => hotCaptions(query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (areCaptionsOff(state.error) ? false : RECENT_EVERY_MS),
    retry: asksAgain,
  });
}

/** All that this page knows: to be asked for anew. */
export const ALL_EVENTS = { queryKey: [KEY] };

const FEW_SIMILAR = 6;

/** The few events that are most like one that has an embedding. */
export function similarQuery(id: string) {
  return queryOptions({
    queryKey: [KEY, "similar", id],
    queryFn: async ({ signal }) => (await eventsFrom({ similar_to: id, limit: FEW_SIMILAR }, signal)).events,
    staleTime: NEW_EVERY_MS,
    retry: asksAgain,
  });
}

const MERGED_EVERY_MS = 1_000;

/** What is left to be merged, and what became of it. Asked for again and again while it is used. */
export const mergingQuery = queryOptions({
  queryKey: [KEY, "merging"],
  queryFn: async ({ signal }) => {
    const [cameras, runs] = await Promise.all([
      allPages((page, page_size) => cachedCameras({ page, page_size }, signal)),
      newestRuns(signal),
    ]);
    return { cached: new Map(cameras.map(({ camera_id, cached }) => [camera_id, cached])), runs };
  },
  refetchInterval: MERGED_EVERY_MS,
  gcTime: 0,
  structuralSharing: false,
});

/** Has everything merged that is cached of a camera, or of all where it is empty. */
export async function mergeAll(camera: string): Promise<Begun[]> {
  const cameras = await allPages((page, page_size) => cachedCameras({ page, page_size }));
  const wanted = cameras.filter(({ camera_id, cached }) => cached > 0 && [camera_id, ""].includes(camera));
  const inTurn = turns(AT_ONCE);
  return Promise.all(
    wanted.map(async ({ camera_id, cached }) => ({
      camera: camera_id,
      cached,
      jobs: await inTurn(() => mergeCamera(camera_id)),
    })),
  );
}

const AT_ONCE = 4;
