import { Ago } from "@/components/Ago";
import table from "@/components/list/Table.module.css";
import { Time } from "@/components/Time";
import classes from "./JobsTable.module.css";
import type { Worker } from "./jobQueries";

const WORDS: Readonly<Record<string, string>> = {
  idle: "Idle",
  busy: "Busy",
  starting: "Starting",
  suspended: "Suspended",
  lost: "Lost: nothing was heard of it",
};

/** Who runs jobs; on phones each worker is a card. */
export function WorkersTable({
  workers,
  onOpen,
}: {
  workers: readonly Worker[];
  onOpen: (id: string) => void;
}) {
  return (
    <table className={`${table.table} ${classes.jobs}`}>
      <thead>
        <tr>
          <th scope="col">Worker</th>
          <th scope="col">State</th>
          <th scope="col">Queues</th>
          <th scope="col">Job</th>
          <th scope="col" className={table.number}>
            Jobs done
          </th>
          <th scope="col">Since</th>
          <th scope="col">Heard of</th>
        </tr>
      </thead>
      <tbody>
        {workers.map((worker) => (
          <tr key={worker.name}>
            <th scope="row">
              {worker.name}
              <span className={classes.task}>on {worker.host}</span>
            </th>
            <td className={worker.state === "lost" ? classes.lost : undefined}>
              {WORDS[worker.state] ?? worker.state}
            </td>
            <td data-label="Queues">{worker.queues.join(", ")}</td>
            <td data-label="Job">
              <CurrentJob id={worker.current_job} onOpen={onOpen} />
            </td>
            <td data-label="Jobs done" className={`${table.number} tabular`}>
              {worker.jobs_done.toLocaleString("en-GB")}
              {worker.jobs_failed > 0 && ` (${worker.jobs_failed.toLocaleString("en-GB")} failed)`}
            </td>
            <td data-label="Since">
              {worker.started_at !== null && <Time at={worker.started_at} withDay />}
            </td>
            <td data-label="Heard of">{worker.heartbeat_at !== null && <Ago at={worker.heartbeat_at} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function CurrentJob({ id, onOpen }: { id: string | null; onOpen: (id: string) => void }) {
  if (id === null) return <span className={table.quiet}>none</span>;
  return (
    <button type="button" className={classes.open} onClick={() => onOpen(id)} aria-label={`Open job ${id}`}>
      {id.slice(0, 8)}
    </button>
  );
}
