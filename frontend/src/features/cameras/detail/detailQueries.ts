/** What a camera's page asks for beside the camera itself. */
import { type Query, queryOptions } from "@tanstack/react-query";
import { answer, answerDone, answerPage, api, signedFetch } from "@/api/client";
import { errorOf } from "@/api/errors";
import type { DeviceName } from "@/lib/deviceAddress";

const PICTURE_EVERY_MS = 5_000;
// A picture of the last minute says what the camera looks at, and says how old it is.
const OLDEST_PICTURE_S = 3_600;
const SNAPSHOTS_EVERY_MS = 30_000;
// Below the time that the browser waits for an answer.
const TRIED_FOR_S = 12;

// Whose it is stands at this place of a key. What was shown stays while more of it is fetched, and is shown of none else.
const WHOSE = 2;
function previousOf(whose: unknown) {
  return <T>(before: T | undefined, query: Pick<Query, "queryKey"> | undefined): T | undefined =>
    query?.queryKey[WHOSE] === whose ? before : undefined;
}

/** The newest picture that its host has of a device, and when it was taken. */
export const newestPictureQuery = (device: DeviceName) =>
  queryOptions({
    queryKey: ["cameras", "picture", `${device.host}/${device.device}`],
    queryFn: async ({ signal }) => {
      const path = `${encodeURIComponent(device.host)}/${encodeURIComponent(device.device)}`;
      const asked = `/api/v1/devices/${path}/screenshot?max_age=${OLDEST_PICTURE_S}`;
      const response = await signedFetch(new Request(asked, { signal }));
      if (!response.ok) throw await errorOf(response);
      return { blob: await response.blob(), takenAt: response.headers.get("X-Frame-Time") };
    },
    refetchInterval: PICTURE_EVERY_MS,
    retry: false,
    structuralSharing: false,
  });

/** Tries the connection, from where the camera is recorded. One that does not answer is a result as well. */
export function testConnection(id: string) {
  return answer(
    api.POST("/api/v1/cameras/{camera_id}/test-connection", {
      params: { path: { camera_id: id } },
      body: { timeout_seconds: TRIED_FOR_S, check_credentials: true },
    }),
  );
}

/** Takes a picture and keeps it for a while. */
export function takeSnapshot(id: string) {
  return answer(
    api.POST("/api/v1/cameras/{camera_id}/snapshot", {
      params: { path: { camera_id: id } },
      body: { timeout_seconds: TRIED_FOR_S, save_thumbnail: true },
    }),
  );
}

/** The newest `size` snapshots of a camera. */
export const snapshotsQuery = (id: string, size: number) =>
  queryOptions({
    queryKey: ["cameras", "snapshots", id, size],
    queryFn: ({ signal }) =>
      answerPage(
        api.GET("/api/v1/cameras/{camera_id}/snapshots", {
          params: { path: { camera_id: id }, query: { page_size: size } },
          signal,
        }),
      ),
    refetchInterval: SNAPSHOTS_EVERY_MS,
    placeholderData: previousOf(id),
  });

export function deleteSnapshot(cameraId: string, snapshotId: string): Promise<void> {
  return answerDone(
    api.DELETE("/api/v1/cameras/{camera_id}/snapshots/{snapshot_id}", {
      params: { path: { camera_id: cameraId, snapshot_id: snapshotId } },
    }),
  );
}
