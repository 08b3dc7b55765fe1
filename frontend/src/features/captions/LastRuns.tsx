import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { Failed, Loading } from "@/components/PageState";
import { useMay, useMe } from "@/lib/session";
import { historyPath } from "./captionAddress";
import { runsQuery } from "./captionQueries";
import classes from "./LastRuns.module.css";
import { RunsTable } from "./RunsTable";

const SHOWN = 10;

/** What became of a camera's captions lately. */
export function LastRuns({ camera }: { camera: string }) {
  const me = useMe();
  const mayJobs = useMay("jobs:read") && !me.limited_to_groups;
  const runs = useQuery(runsQuery({ camera }, 1, SHOWN));
  if (runs.data === undefined) {
    return runs.isError ? (
      <Failed error={runs.error} retry={() => void runs.refetch()} />
    ) : (
      <Loading what="the history" />
    );
  }
  const { data, meta } = runs.data;
  if (data.length === 0) {
    return (
      <p className={classes.none}>
        None has become an event yet. That happens shortly before captions leave the cache.
      </p>
    );
  }
  return (
    <>
      <div className={classes.runs}>
        <RunsTable runs={data} isOld={runs.isPlaceholderData} isOfOne />
      </div>
      {meta.total > SHOWN && (
        <p className={classes.all}>
          The {SHOWN} newest of {meta.total.toLocaleString("en-GB")}.{" "}
          {mayJobs && <Link to={historyPath(camera)}>All of them</Link>}
        </p>
      )}
    </>
  );
}
