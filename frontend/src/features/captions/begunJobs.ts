/** What is said of jobs that were begun here, while they wait and run. */
import { count } from "@/lib/format";

/** As much of a job as is needed for that. `fraction` from 0 to 1; null: it says nothing of it. */
export interface BegunJob {
  id: string;
  state: string;
  fraction: number | null;
}

export interface Progress {
  sentence: string;
  /** From 0 to 1, over all of them. */
  fraction: number;
  isOver: boolean;
  /** Those that did not do what they should, for a link each. */
  failed: string[];
}

const OVER = ["finished", "failed", "cancelled"];

/** `jobs`: those that are known by now of `total`. */
export function progressOf(jobs: readonly BegunJob[], total: number): Progress {
  const done = jobs.filter(({ state }) => state === "finished").length;
  const failed = jobs.filter(({ state }) => state === "failed" || state === "cancelled");
  const over = jobs.filter(({ state }) => OVER.includes(state)).length;
  const far = jobs.reduce((sum, job) => sum + (OVER.includes(job.state) ? 1 : (job.fraction ?? 0)), 0);
  return {
    sentence: sentenceOf(jobs, total, over, done, failed.length),
    fraction: total === 0 ? 1 : far / total,
    isOver: over === total,
    failed: failed.map(({ id }) => id),
  };
}

function sentenceOf(
  jobs: readonly BegunJob[],
  total: number,
  over: number,
  done: number,
  failed: number,
): string {
  if (over === total) {
    if (failed === 0) return "Done.";
    return failed === total
      ? `${total === 1 ? "It" : "They"} failed. The captions are kept, and tried again at the next check.`
      : `${done} of ${count(total, "job")} done, ${failed} failed. What is left is tried again at the next check.`;
  }
  const runs = jobs.filter(({ state }) => state === "running").length;
  const again = jobs.filter(({ state }) => state === "scheduled").length;
  if (again > 0) return "It failed and is tried again in a moment.";
  if (runs === 0 && over === 0)
    return total === 1 ? "It waits for a worker." : `${total} jobs wait for a worker.`;
  return total === 1 ? "It is being done." : `${over} of ${total} jobs done.`;
}
