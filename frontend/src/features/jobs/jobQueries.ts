/** What the page of jobs asks for, and what it does. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, answerPage, api } from "@/api/client";
import type { components } from "@/api/schema";
import { type JobState, PAGE_SIZE } from "./listed";

export type Job = components["schemas"]["Job"];
export type JobDetails = components["schemas"]["JobDetails"];
export type Entry = components["schemas"]["ScheduleEntry"];
export type Worker = components["schemas"]["Worker"];

const KEY = "jobs";
// What runs and waits changes all the time.
const LIVE_EVERY_MS = 2_000;
const RESTING_EVERY_MS = 5_000;

/** A page of the jobs in a state. */
export const jobsQuery = (state: JobState, page: number) =>
  queryOptions({
    queryKey: [KEY, "list", state, page],
    queryFn: ({ signal }) =>
      answerPage(
        api.GET("/api/v1/jobs", { params: { query: { state, page, page_size: PAGE_SIZE } }, signal }),
      ),
    refetchInterval: LIVE_EVERY_MS,
    placeholderData: keepPreviousData,
  });

/** One job, with what came of it. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: [KEY, "one", id],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: id } }, signal })),
    refetchInterval: LIVE_EVERY_MS,
  });

/** What is done again and again. */
export const scheduleQuery = queryOptions({
  queryKey: [KEY, "schedule"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/jobs/schedule", { signal })),
  refetchInterval: RESTING_EVERY_MS,
});

/** Who runs jobs. */
export const workersQuery = queryOptions({
  queryKey: [KEY, "workers"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/jobs/workers", { signal })),
  refetchInterval: RESTING_EVERY_MS,
});

/** One thing done to a job, or to an entry of the schedule. */
export type JobCommand =
  | { kind: "cancel"; id: string }
  | { kind: "retry"; id: string }
  | { kind: "run"; name: string };

function carryOut(command: JobCommand): Promise<JobDetails> {
  switch (command.kind) {
    case "cancel":
      return answer(api.POST("/api/v1/jobs/{job_id}/cancel", { params: { path: { job_id: command.id } } }));
    case "retry":
      return answer(api.POST("/api/v1/jobs/{job_id}/retry", { params: { path: { job_id: command.id } } }));
    case "run":
      return answer(
        api.POST("/api/v1/jobs/schedule/{name}/run", { params: { path: { name: command.name } } }),
      );
  }
}

/** Carries out commands; everything about jobs is asked for anew afterwards, also where it was refused. */
export function useJobCommand() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: carryOut,
    onSettled: () => client.invalidateQueries({ queryKey: [KEY] }),
  });
}
