import table from "@/components/list/Table.module.css";
import { Time } from "@/components/Time";
import { duration } from "@/lib/format";
import { useNow } from "@/lib/useNow";
import { JobMark } from "./JobMark";
import classes from "./JobsTable.module.css";
import { runMs, triesText } from "./jobFacts";
import type { Job } from "./jobQueries";
import type { JobState } from "./listed";

const WHEN: Readonly<Record<JobState, { head: string; of: (job: Job) => string | null }>> = {
  running: { head: "Began", of: (job) => job.started_at },
  queued: { head: "Asked for", of: (job) => job.createdAt },
  scheduled: { head: "Next try", of: (job) => job.next_run_at },
  failed: { head: "Failed", of: (job) => job.ended_at },
  finished: { head: "Finished", of: (job) => job.ended_at },
  cancelled: { head: "Ended", of: (job) => job.ended_at },
};

/** Jobs in one state; on phones each is a card. `isOld`: of the list before, while the next one is fetched. */
export function JobsTable({
  jobs,
  state,
  isOld,
  onOpen,
}: {
  jobs: readonly Job[];
  state: JobState;
  isOld: boolean;
  onOpen: (id: string) => void;
}) {
  const now = useNow();
  const when = WHEN[state];
  return (
    <table className={`${table.table} ${classes.jobs}`} data-old={isOld}>
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col">State</th>
          <th scope="col">Queue</th>
          <th scope="col">{when.head}</th>
          <th scope="col" className={table.number}>
            Took
          </th>
          <th scope="col">Tries</th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => {
          const at = when.of(job);
          const took = state === "queued" ? null : runMs(job, now);
          return (
            <tr key={job.id}>
              <th scope="row">
                <button type="button" className={classes.open} onClick={() => onOpen(job.id)}>
                  {job.description}
                </button>
                <span className={classes.task}>{job.task}</span>
                <Detail job={job} />
              </th>
              <td>
                <JobMark state={job.state} />
              </td>
              <td data-label="Queue">{job.queue}</td>
              <td data-label={when.head} data-none={at === null}>
                {at === null ? <None /> : <Time at={at} withDay />}
              </td>
              <td data-label="Took" data-none={took === null} className={`${table.number} tabular`}>
                {took === null ? <None /> : duration(took)}
              </td>
              <td data-label="Tries" data-none={job.attempts === 0}>
                {triesText(job) === "" ? <None /> : triesText(job)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function None() {
  return <span className={table.quiet}>–</span>;
}

// What a person may want to know without opening it: how far it is, that it is slow, why it failed.
function Detail({ job }: { job: Job }) {
  const last = job.error.trimEnd().split("\n").at(-1) ?? "";
  if (job.state === "running") {
    const far =
      job.progress === null ? "" : `${Math.round(job.progress.fraction * 100)} % ${job.progress.text}`;
    const slow = job.slow ? "Takes longer than it should." : "";
    const words = [far.trim(), slow].filter((each) => each !== "").join(" · ");
    return words === "" ? null : <span className={classes.detail}>{words}</span>;
  }
  return last === "" ? null : <span className={classes.detail}>{last}</span>;
}
