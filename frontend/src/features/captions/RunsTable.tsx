import { IconAlertTriangle, IconBan, IconCheck, IconPlayerPlay, type TablerIcon } from "@tabler/icons-react";
import { Link } from "react-router";
import table from "@/components/list/Table.module.css";
import { Time } from "@/components/Time";
import { duration } from "@/lib/format";
import { useMay, useMe } from "@/lib/session";
import { cameraCaptionsPath } from "./captionAddress";
import type { MigrationRun } from "./captionTypes";
import { JobLink } from "./JobLink";
import {
  madeText,
  oddText,
  RUN_WORDS,
  type RunState,
  reductionText,
  remedyOf,
  runStateOf,
  triggerWords,
} from "./migrationFacts";
import classes from "./RunsTable.module.css";

const ICONS: Readonly<Record<RunState, TablerIcon>> = {
  running: IconPlayerPlay,
  done: IconCheck,
  failed: IconAlertTriangle,
  interrupted: IconBan,
};

/**
 * What became of captions, run by run; on phones each is a card. `isOld`: of the list before. `isOfOne`: all are
 * of the same camera, which need not be said.
 */
export function RunsTable({
  runs,
  isOld,
  isOfOne = false,
}: {
  runs: readonly MigrationRun[];
  isOld: boolean;
  isOfOne?: boolean;
}) {
  const me = useMe();
  const mayJobs = useMay("jobs:read") && !me.limited_to_groups;
  return (
    <table className={`${table.table} ${classes.runs}`} data-old={isOld}>
      <thead>
        <tr>
          <th scope="col">When</th>
          {!isOfOne && <th scope="col">Camera</th>}
          <th scope="col">State</th>
          <th scope="col">Why</th>
          <th scope="col">What became of it</th>
          <th scope="col" className={table.number}>
            Reduction
          </th>
          <th scope="col" className={table.number}>
            Took
          </th>
          {mayJobs && <th scope="col">Job</th>}
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id}>
            <th scope="row" className={classes.when}>
              <Time at={run.started_at} withDay />
            </th>
            {!isOfOne && (
              <td>
                <Link to={cameraCaptionsPath(run.camera_id)}>{run.camera_id}</Link>
              </td>
            )}
            <td>
              <RunMark state={runStateOf(run.state)} />
            </td>
            <td data-label="Why">{triggerWords(run.trigger)}</td>
            <td className={classes.made}>
              <Made run={run} />
            </td>
            <td className={table.number} data-label="Reduction" data-none={run.reduction === null}>
              {run.reduction === null ? <None /> : reductionText(run.reduction)}
            </td>
            <td className={table.number} data-label="Took" data-none={run.duration_ms === null}>
              {run.duration_ms === null ? <None /> : duration(run.duration_ms)}
            </td>
            {mayJobs && (
              <td data-none={run.job_id === ""}>
                {run.job_id === "" ? <None /> : <JobLink id={run.job_id}>Its job</JobLink>}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Made({ run }: { run: MigrationRun }) {
  const odd = oddText(run.late, run.repeated);
  return (
    <>
      {run.captions_read === 0 && run.error === null ? (
        <span className={table.quiet}>Nothing was left to merge</span>
      ) : (
        madeText(run.captions_read, run.events_created, run.events_extended)
      )}
      {odd !== "" && <span className={classes.detail}>{odd}</span>}
      {run.error !== null && (
        <span className={classes.problem}>
          {run.error} {remedyOf(run.error_code)}
        </span>
      )}
    </>
  );
}

function RunMark({ state }: { state: RunState }) {
  const Icon = ICONS[state];
  return (
    <span className={classes.mark} data-state={state}>
      <Icon size={14} stroke={1.75} aria-hidden />
      {RUN_WORDS[state]}
    </span>
  );
}

function None() {
  return <span className={table.quiet}>–</span>;
}
