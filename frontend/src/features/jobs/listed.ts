/** Which part of the page an address asks for. */

export const STATES = ["running", "queued", "scheduled", "failed", "finished", "cancelled"] as const;
export type JobState = (typeof STATES)[number];
export type View = JobState | "schedule" | "workers";

export const VIEWS: readonly View[] = [...STATES, "schedule", "workers"];
export const PAGE_SIZE = 20;

const LAST_PAGE = 1_000_000;

/** What is shown: a list of jobs (page from 1), the schedule, or the workers. */
export interface Shown {
  view: View;
  page: number;
}

/** Reads `?view=&page=`; what is wrong is as if it were not there. */
export function shownOf(address: URLSearchParams): Shown {
  const asked = address.get("view");
  const page = Number(address.get("page") ?? "1");
  return {
    view: VIEWS.find((view) => view === asked) ?? "running",
    page: Number.isInteger(page) && page >= 1 && page <= LAST_PAGE ? page : 1,
  };
}

/** The address of another view or page; a job that is open stays open on another page of its list only. */
export function withShown(address: URLSearchParams, { view, page }: Shown): URLSearchParams {
  const next = new URLSearchParams(address);
  if (shownOf(address).view !== view) next.delete("job");
  if (view === "running") next.delete("view");
  else next.set("view", view);
  if (page === 1) next.delete("page");
  else next.set("page", String(page));
  return next;
}

/** The address with the job `id` open, or with none. */
export function withJob(address: URLSearchParams, id: string | null): URLSearchParams {
  const next = new URLSearchParams(address);
  if (id === null) next.delete("job");
  else next.set("job", id);
  return next;
}

export function isJobState(view: View): view is JobState {
  return STATES.some((state) => state === view);
}
