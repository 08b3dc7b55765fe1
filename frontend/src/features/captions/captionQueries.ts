/** What the pages of captions ask for, and what they have done. Cameras are named by their external ids. */
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, answerPage, api } from "@/api/client";
import { type CamerasWanted, PAGE_SIZE, type RunsWanted } from "./listed";
import type { OwnRules, Trial } from "./rulesForm";

const KEY = "captions";
const CHANGES_EVERY_MS = 5_000;
// It reads all that is cached of a camera.
const PREVIEWS_EVERY_MS = 20_000;
// While somebody waits for what they have asked for.
const AWAITED_EVERY_MS = 1_000;

/** How the migration does as a whole. */
export const statusQuery = queryOptions({
  queryKey: [KEY, "status"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/migration/status", { signal })),
  refetchInterval: CHANGES_EVERY_MS,
});

/** One page of cameras with what is cached and stored of them. */
export const captionedCamerasQuery = (wanted: CamerasWanted, page: number) =>
  queryOptions({
    queryKey: [KEY, "cameras", wanted, page],
    queryFn: ({ signal }) => {
      const query = { ...wanted, page, page_size: PAGE_SIZE };
      return answerPage(api.GET("/api/v1/migration/cameras", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: CHANGES_EVERY_MS,
  });

/** What is cached and stored of one camera; null: it is not in the catalogue. */
export const captionedCameraQuery = (camera: string) =>
  queryOptions({
    queryKey: [KEY, "camera", camera],
    queryFn: async ({ signal }) => {
      const query = { camera };
      const { data } = await answerPage(api.GET("/api/v1/migration/cameras", { params: { query }, signal }));
      return data[0] ?? null;
    },
    refetchInterval: CHANGES_EVERY_MS,
  });

/** What a migration would make of a camera's captions, with other limits on trial; the first `limit` events. */
export const previewQuery = (camera: string, trial: Trial, limit: number) =>
  queryOptions({
    queryKey: [KEY, "preview", camera, trial, limit],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/migration/camera/{camera_id}/preview", {
          params: { path: { camera_id: camera }, query: { ...trial, limit } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: PREVIEWS_EVERY_MS,
  });

/** A camera's own rules, and what counts. */
export const rulesQuery = (camera: string) =>
  queryOptions({
    queryKey: [KEY, "rules", camera],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/migration/camera/{camera_id}/rules", {
          params: { path: { camera_id: camera } },
          signal,
        }),
      ),
  });

/** What keeping a camera's events for `days` would delete; null: as the settings say, 0: for ever. */
export const endedQuery = (camera: string, days: number | null) =>
  queryOptions({
    queryKey: [KEY, "ended", camera, days],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/migration/camera/{camera_id}/ended", {
          params: { path: { camera_id: camera }, query: days === null ? {} : { retention_days: days } },
          signal,
        }),
      ),
    staleTime: 0,
    gcTime: 0,
  });

/** One page of what became of captions, the newest first. */
export const runsQuery = (wanted: RunsWanted, page: number, page_size = PAGE_SIZE) =>
  queryOptions({
    queryKey: [KEY, "history", wanted, page, page_size],
    queryFn: ({ signal }) =>
      answerPage(
        api.GET("/api/v1/migration/history", { params: { query: { ...wanted, page, page_size } }, signal }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: CHANGES_EVERY_MS,
  });

/** A job that was begun here. */
export const begunJobQuery = (id: string) =>
  queryOptions({
    queryKey: [KEY, "job", id],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.ended_at == null ? AWAITED_EVERY_MS : false),
  });

/** After anything was done to captions: all that shows them is asked for anew. */
export function renewCaptions(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: [KEY] });
}

/** Merges what is due of all cameras; answers with the jobs that do it. */
export async function checkNow(): Promise<string[]> {
  return (await answer(api.POST("/api/v1/migration/trigger"))).job_ids;
}

/** Merges everything that is cached of a camera, due or not; answers with the jobs that do it. */
export async function migrateNow(camera: string): Promise<string[]> {
  const params = { path: { camera_id: camera }, query: { force: true } };
  return (await answer(api.POST("/api/v1/migration/camera/{camera_id}/migrate", { params }))).job_ids;
}

/** Gives a camera rules of its own; what `body` does not have stays as it is. */
export function changeRules(camera: string, body: Partial<OwnRules>) {
  const params = { path: { camera_id: camera } };
  return answer(api.PUT("/api/v1/migration/camera/{camera_id}/rules", { params, body }));
}

/** Empties a camera's cache: after its captions were merged, or else by throwing them away. */
export function clearCache(camera: string, isMigratedFirst: boolean) {
  const query = isMigratedFirst ? { migrate_first: true } : { migrate_first: false, confirm: camera };
  return answer(
    api.DELETE("/api/v1/migration/camera/{camera_id}/cache", {
      params: { path: { camera_id: camera }, query },
    }),
  );
}
