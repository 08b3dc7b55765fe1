/** Events out of captions, and captions that are none yet: what several pages ask for. */
import { answer, answerPage, api } from "./client";
import { ApiError } from "./errors";
import type { components, operations } from "./schema";

export type CaptionEvent = components["schemas"]["Event"];
export type EventPart = components["schemas"]["EventPage"];
export type EventDetails = components["schemas"]["EventDetails"];
export type EventMinutes = components["schemas"]["EventMinutes"];
export type HotCaption = components["schemas"]["HotCaption"];

type Query<Name extends "list_events" | "list_event_minutes" | "list_captions"> = NonNullable<
  operations[Name]["parameters"]["query"]
>;
/** Which events, in which order; without which part of them. */
export type EventsWanted = Omit<Query<"list_events">, "limit" | "cursor">;

/** A part of a list of events; `cursor`: of the part before it. */
export function eventsFrom(query: Query<"list_events">, signal?: AbortSignal) {
  return answer(api.GET("/api/v1/events", { params: { query }, ...(signal !== undefined && { signal }) }));
}

/** One event, with all texts of it and the ones before and after. */
export function eventOf(event_id: string, signal: AbortSignal) {
  return answer(api.GET("/api/v1/events/{event_id}", { params: { path: { event_id } }, signal }));
}

/** In which minutes devices have events that match. */
export function eventMinutes(query: Query<"list_event_minutes">, signal: AbortSignal) {
  return answer(api.GET("/api/v1/events/minutes", { params: { query }, signal }));
}

/** The newest captions that are not merged yet. */
export async function hotCaptions(query: Query<"list_captions">, signal: AbortSignal) {
  return (await answer(api.GET("/api/v1/captions", { params: { query }, signal }))).captions;
}

/** A page of the cameras with captions that are not merged yet. */
export function cachedCameras(query: { page: number; page_size: number }, signal?: AbortSignal) {
  return answerPage(
    api.GET("/api/v1/migration/cameras", {
      params: { query: { ...query, cached_only: true } },
      ...(signal !== undefined && { signal }),
    }),
  );
}

/** Has all captions of a camera merged, due or not; answers with the jobs that do it. */
export async function mergeCamera(camera_id: string): Promise<string[]> {
  const params = { path: { camera_id }, query: { force: true } };
  return (await answer(api.POST("/api/v1/migration/camera/{camera_id}/migrate", { params }))).job_ids;
}

const MOST_RUNS = 100;

/** What became of the newest merges that were asked for, the newest first. */
export async function newestRuns(signal: AbortSignal) {
  const query = { trigger: "force", page_size: MOST_RUNS } as const;
  return (await answerPage(api.GET("/api/v1/migration/history", { params: { query }, signal }))).data;
}

/** Whether captions are switched off in this gateway's settings: nothing that passes by itself. */
export function areCaptionsOff(error: unknown): boolean {
  return error instanceof ApiError && error.code === "captions_off";
}

/** As other questions are asked again, but not where captions are off. */
export function asksAgain(failures: number, error: Error): boolean {
  return error instanceof ApiError && error.mayPass && !areCaptionsOff(error) && failures < 2;
}
