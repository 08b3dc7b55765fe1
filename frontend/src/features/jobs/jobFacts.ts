/** What is said of jobs, entries of the schedule and workers. Times are ms since 1970. */
import { count } from "@/lib/format";
import type { Entry, Job, Worker } from "./jobQueries";
import type { JobState, View } from "./listed";

export const STATE_WORDS: Readonly<Record<JobState, string>> = {
  running: "Running",
  queued: "Waiting",
  scheduled: "Tried again later",
  failed: "Failed",
  finished: "Finished",
  cancelled: "Cancelled",
};

export const VIEW_WORDS: Readonly<Record<View, string>> = {
  ...STATE_WORDS,
  scheduled: "To be tried again",
  schedule: "Schedule",
  workers: "Workers",
};

/** What an empty list says, and what that means. */
export const NOTHING: Readonly<Record<JobState, { title: string; words: string }>> = {
  running: { title: "Nothing is running.", words: "Jobs are begun as soon as a worker is free." },
  queued: { title: "Nothing waits.", words: "Every job has been begun." },
  scheduled: {
    title: "Nothing is to be tried again.",
    words: "Jobs that fail are tried again after a pause.",
  },
  failed: { title: "Nothing has failed.", words: "Jobs that fail in spite of all tries are kept here." },
  finished: { title: "Nothing has finished lately.", words: "Finished jobs are kept here for a while." },
  cancelled: { title: "Nothing was cancelled lately.", words: "Cancelled jobs are kept here for a while." },
};

// A scheduler looks once a second; a run that is due for longer was not begun by anybody.
const OVERDUE_AFTER_MS = 30_000;
const WEEKDAYS = ["Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"];

/** How long a job has run, or ran; null where it was not begun. */
export function runMs(job: Pick<Job, "started_at" | "ended_at" | "state">, now: number): number | null {
  if (job.started_at === null) return null;
  const end = job.ended_at !== null && job.state !== "running" ? Date.parse(job.ended_at) : now;
  return Math.max(0, end - Date.parse(job.started_at));
}

/** `2nd try, 1 more if it fails` of what runs, `2 tries so far` of what waits, `4 tries` of what has ended. */
export function triesText(job: Pick<Job, "attempts" | "retries_left" | "state">): string {
  if (job.attempts === 0) return "";
  if (job.state === "running") {
    const more = job.retries_left > 0 ? `, ${job.retries_left} more if it fails` : "";
    return `${ordinal(job.attempts)} try${more}`;
  }
  const waits = job.state === "queued" || job.state === "scheduled";
  return `${count(job.attempts, "try", "tries")}${waits ? " so far" : ""}`;
}

function ordinal(number: number): string {
  const ending = ["th", "st", "nd", "rd"][number % 100 > 10 && number % 100 < 14 ? 0 : number % 10] ?? "th";
  return `${number}${ending}`;
}

/** Whether `job` may be cancelled, and whether it may be tried again. */
export function waysOf(state: JobState): { cancel: boolean; retry: boolean } {
  return {
    cancel: state === "queued" || state === "running" || state === "scheduled",
    retry: state === "failed" || state === "cancelled",
  };
}

/** `every 60 s`, `every hour`, `every day at 02:00 UTC`, `Sundays at 03:00 UTC`. */
export function rhythm(entry: Pick<Entry, "every_s" | "cron">): string {
  if (entry.every_s !== null) return `every ${seconds(entry.every_s)}`;
  const cron = entry.cron ?? "";
  const found = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-6])$/.exec(cron);
  if (found === null) return `${cron} (cron, UTC)`;
  const [, minute = "", hour = "", weekday = ""] = found;
  const at = `at ${hour.padStart(2, "0")}:${minute.padStart(2, "0")} UTC`;
  return `${weekday === "*" ? "every day" : WEEKDAYS[Number(weekday)]} ${at}`;
}

function seconds(every: number): string {
  if (every === 3600) return "hour";
  if (every === 60) return "minute";
  if (every % 3600 === 0) return `${every / 3600} h`;
  return every % 60 === 0 ? `${every / 60} min` : `${every} s`;
}

/** Whether nobody begins what is due: an entry that nobody has planned, or one long past its time. */
export function isScheduleStill(entries: readonly Pick<Entry, "next_run_at">[], now: number): boolean {
  return entries.some(
    ({ next_run_at }) => next_run_at === null || now - Date.parse(next_run_at) > OVERDUE_AFTER_MS,
  );
}

/** Queues that no living worker serves; all of them where there is none. */
export function unservedQueues(workers: readonly Pick<Worker, "state" | "queues">[]): string[] {
  const served = new Set(workers.filter(({ state }) => state !== "lost").flatMap(({ queues }) => queues));
  return ["critical", "default", "video"].filter((queue) => !served.has(queue));
}

/** JSON for people: indented, and not without end. */
export function shownJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? "";
  return text.length > LONGEST_JSON ? `${text.slice(0, LONGEST_JSON)}\n…` : text;
}

const LONGEST_JSON = 20_000;
