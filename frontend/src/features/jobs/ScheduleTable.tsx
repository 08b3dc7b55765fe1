import { Button } from "@mantine/core";
import table from "@/components/list/Table.module.css";
import { Time } from "@/components/Time";
import { useMay } from "@/lib/session";
import { JobMark } from "./JobMark";
import classes from "./JobsTable.module.css";
import { rhythm } from "./jobFacts";
import type { Entry } from "./jobQueries";

/** What is done again and again; on phones each entry is a card. `busy`: the entry that is being started. */
export function ScheduleTable({
  entries,
  busy,
  onRun,
  onOpen,
}: {
  entries: readonly Entry[];
  busy: string | null;
  onRun: (name: string) => void;
  onOpen: (id: string) => void;
}) {
  const mayRun = useMay("jobs:write");
  return (
    <table className={`${table.table} ${classes.jobs}`}>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">When</th>
          <th scope="col">Last run</th>
          <th scope="col">Next run</th>
          {mayRun && (
            <th scope="col">
              <span className={table.unseen}>Run it now</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.name}>
            <th scope="row">
              {entry.description}
              <span className={classes.task}>{entry.task}</span>
            </th>
            <td data-label="When">{rhythm(entry)}</td>
            <td data-label="Last run">
              <LastRun entry={entry} onOpen={onOpen} />
            </td>
            <td data-label="Next run">
              {entry.next_run_at === null ? (
                <span className={table.quiet}>not planned</span>
              ) : (
                <Time at={entry.next_run_at} withDay />
              )}
            </td>
            {mayRun && (
              <td className={classes.run}>
                <Button
                  size="compact-sm"
                  variant="default"
                  loading={busy === entry.name}
                  aria-label={`Run now: ${entry.description}`}
                  onClick={() => onRun(entry.name)}
                >
                  Run now
                </Button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LastRun({ entry, onOpen }: { entry: Entry; onOpen: (id: string) => void }) {
  const id = entry.last_job_id;
  if (entry.last_run_at === null || id === null) return <span className={table.quiet}>never</span>;
  return (
    <button type="button" className={`${classes.open} ${classes.last}`} onClick={() => onOpen(id)}>
      <Time at={entry.last_run_at} withDay />
      {entry.last_state !== null && <JobMark state={entry.last_state} />}
    </button>
  );
}
