/** What the pages of cameras ask for, and what they change. */
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, answerDone, answerPage, api } from "@/api/client";
import { allPages, devicesQuery, groupsQuery, hostsQuery } from "@/api/queries";
import type { Listed } from "@/features/cameras/list/listed";
import type { CameraChanges, NewCamera } from "./cameraTypes";

const KEY = "cameras";
// Checks come once a minute; what a person did elsewhere is to be seen sooner.
const STATES_EVERY_MS = 10_000;

/** One page of cameras. */
export const camerasQuery = (listed: Listed) =>
  queryOptions({
    queryKey: [KEY, "list", listed],
    queryFn: ({ signal }) => answerPage(api.GET("/api/v1/cameras", { params: { query: listed }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: STATES_EVERY_MS,
  });

/** All cameras that `listed` finds, whatever page it is of. */
export function allCameras({ page: _, page_size: __, ...listed }: Listed) {
  return allPages((page, page_size) =>
    answerPage(api.GET("/api/v1/cameras", { params: { query: { ...listed, page, page_size } } })),
  );
}

/** How many cameras are how, by state, group and host. */
export const summaryQuery = queryOptions({
  queryKey: [KEY, "summary"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/cameras/summary", { signal })),
  refetchInterval: STATES_EVERY_MS,
});

/** One camera, by its id or its external id. */
export const cameraQuery = (camera: string) =>
  queryOptions({
    queryKey: [KEY, "one", camera],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: camera } }, signal })),
    refetchInterval: STATES_EVERY_MS,
  });

/** After a change: everything that shows cameras is asked for anew, those who only watch them too. */
export async function renewCameras(client: QueryClient): Promise<void> {
  await renew(client, [[KEY], ...WATCHED]);
}

/** As `renewCameras`, after a deletion: of what is gone nothing is asked any more. */
export async function renewWithoutDeleted(client: QueryClient): Promise<void> {
  await renew(client, [...["list", "summary", "found", "report"].map((what) => [KEY, what]), ...WATCHED]);
}

const WATCHED = [groupsQuery.queryKey, devicesQuery.queryKey, hostsQuery.queryKey];

async function renew(client: QueryClient, keys: readonly (readonly string[])[]): Promise<void> {
  await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
}

export function addCamera(body: NewCamera) {
  return answer(api.POST("/api/v1/cameras", { body }));
}

export function changeCamera(id: string, body: CameraChanges) {
  return answer(api.PUT("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: id } }, body }));
}

/** Switches a camera on or off. */
export function setActive(id: string, is_active: boolean): Promise<void> {
  return answerDone(
    api.PATCH("/api/v1/cameras/{camera_id}/state", {
      params: { path: { camera_id: id } },
      body: { is_active },
    }),
  );
}

/** Deletes a camera; answers with what becomes of its footage, as a sentence. */
export async function deleteCamera(id: string): Promise<string> {
  const done = await answer(
    api.DELETE("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: id } } }),
  );
  return done.footage;
}
