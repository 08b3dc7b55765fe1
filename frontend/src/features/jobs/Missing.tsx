import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useNow } from "@/lib/useNow";
import { isScheduleStill, unservedQueues } from "./jobFacts";
import { scheduleQuery, workersQuery } from "./jobQueries";
import classes from "./Missing.module.css";

/** Says that nobody runs jobs, or begins what is due, and what to start; nothing where all is well. */
export function Missing() {
  const now = useNow();
  const workers = useQuery(workersQuery);
  const schedule = useQuery(scheduleQuery);
  const unserved = workers.data === undefined ? [] : unservedQueues(workers.data);
  const isStill = schedule.data !== undefined && isScheduleStill(schedule.data, now);
  return (
    <div role="status">
      {unserved.length > 0 && (
        <Notice command={`python -m gateway worker${unserved.length === 3 ? "" : ` ${unserved.join(" ")}`}`}>
          <strong>
            {unserved.length === 3
              ? "No worker is running."
              : `No worker serves ${unserved.length === 1 ? "the queue" : "the queues"} ${unserved.join(" and ")}.`}
          </strong>{" "}
          Jobs wait until there is one. Start it on the gateway's machine, or on any other with its settings:
        </Notice>
      )}
      {isStill && (
        <Notice command="python -m gateway scheduler">
          <strong>The schedule stands still.</strong> What is due is not begun. Start a scheduler on the
          gateway's machine:
        </Notice>
      )}
    </div>
  );
}

function Notice({ command, children }: { command: string; children: ReactNode }) {
  return (
    <div className={classes.notice}>
      <IconAlertTriangle size={16} stroke={1.75} aria-hidden />
      <span>
        {children} <code>{command}</code>
      </span>
    </div>
  );
}
