/** How far it is with captions that somebody wants merged at once. */
import { count } from "@/lib/format";

/** A camera whose captions are to be merged: how many it had then, and the jobs that do it. */
export interface Begun {
  camera: string;
  cached: number;
  jobs: readonly string[];
}

/** What became of one try of a job. */
export interface Run {
  job_id: string;
  state: "running" | "done" | "failed" | "interrupted";
  error: string | null;
}

export interface Progress {
  done: number;
  all: number;
  /** Why a camera's captions are not merged yet; null: nothing has failed. */
  problem: string | null;
}

/**
 * `cached`: how many captions each camera has now, none where it is not there; `runs`: the newest first. A merge
 * takes all of a camera's captions, so that with fewer it is done; what is more came meanwhile.
 */
export function progressOf(
  begun: readonly Begun[],
  cached: ReadonlyMap<string, number>,
  runs: readonly Run[],
): Progress {
  const left = begun.filter(
    (one) =>
      one.jobs.length > 0 &&
      (cached.get(one.camera) ?? 0) >= one.cached &&
      !runs.some(({ job_id, state }) => state === "done" && one.jobs.includes(job_id)),
  );
  const failed = runs.find(
    ({ job_id, state }) => state === "failed" && left.some(({ jobs }) => jobs.includes(job_id)),
  );
  return { done: begun.length - left.length, all: begun.length, problem: failed?.error ?? null };
}

/** `Merging captions of 3 cameras: 1 is done`. */
export function progressWords({ done, all }: Progress): string {
  if (done === all) return "Merged";
  const first = `Merging captions of ${count(all, "camera")}`;
  return done === 0 ? `${first}…` : `${first}: ${done} ${done === 1 ? "is" : "are"} done`;
}
