import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { HowFar } from "@/components/HowFar";
import { useMay, useMe } from "@/lib/session";
import classes from "./BegunJobs.module.css";
import { progressOf } from "./begunJobs";
import { begunJobQuery, renewCaptions } from "./captionQueries";
import { JobLink } from "./JobLink";

// Most are done soon; pages that show what comes of them look again by themselves later.
const LOOKS_AFTER_MS = [500, 1_000, 2_000, 3_500];

/** What becomes of jobs that were begun just now. `nothing`: what is said where there was none to begin. */
export function BegunJobs({ ids, nothing }: { ids: readonly string[]; nothing: string }) {
  const me = useMe();
  const mayLook = useMay("jobs:read") && !me.limited_to_groups;
  if (ids.length === 0) return <p className={classes.words}>{nothing}</p>;
  return mayLook ? <Watched ids={ids} /> : <Unwatched />;
}

// Who is limited to some cameras may not see jobs, which are about all of them.
function Unwatched() {
  const client = useQueryClient();
  useEffect(() => {
    const timers = LOOKS_AFTER_MS.map((after) => setTimeout(() => void renewCaptions(client), after));
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, [client]);
  return <p className={classes.words}>It waits for a worker. What comes of it is in the history.</p>;
}

function Watched({ ids }: { ids: readonly string[] }) {
  const client = useQueryClient();
  const asked = useQueries({ queries: ids.map((id) => begunJobQuery(id)) });
  const known = asked.flatMap(({ data }) =>
    data === undefined ? [] : [{ id: data.id, state: data.state, fraction: data.progress?.fraction ?? null }],
  );
  const progress = progressOf(known, ids.length);
  const { isOver } = progress;
  useEffect(() => {
    if (isOver) void renewCaptions(client);
  }, [isOver, client]);
  const shown = progress.failed[0] ?? ids[0] ?? "";
  return (
    <HowFar fraction={isOver ? null : progress.fraction}>
      <p className={classes.words} data-trouble={progress.failed.length > 0}>
        {progress.sentence}{" "}
        <JobLink id={shown}>
          {progress.failed.length > 0 ? "Why it failed" : ids.length === 1 ? "The job" : "The first job"}
        </JobLink>
      </p>
    </HowFar>
  );
}
