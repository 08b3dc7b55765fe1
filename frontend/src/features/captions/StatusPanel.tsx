import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { count, duration, percent } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { useMay, useMe } from "@/lib/session";
import { BegunJobs } from "./BegunJobs";
import { checkNow, renewCaptions } from "./captionQueries";
import type { MigrationStatus } from "./captionTypes";
import { memoryOf, standingOf } from "./migrationFacts";
import { StandingMark } from "./StandingMark";
import classes from "./StatusPanel.module.css";

/** How the migration does, in a sentence and in numbers, and having it look for what is due now. */
export function StatusPanel({ status }: { status: MigrationStatus }) {
  const client = useQueryClient();
  const mayWrite = useMay("captions:write");
  const check = useMutation({ mutationFn: checkNow, onSettled: () => renewCaptions(client) });
  const standing = standingOf(status.status === "active" ? "active" : "behind", status.problem);
  return (
    <section className={classes.panel} aria-label="How it does">
      <div className={classes.top}>
        <div className={classes.standing} role="status">
          <StandingMark standing={standing} />
          <p>{standing.sentence}</p>
        </div>
        {mayWrite && (
          <Button size="xs" variant="default" loading={check.isPending} onClick={() => check.mutate()}>
            Check now
          </Button>
        )}
      </div>
      <Numbers status={status} />
      <div role="status" className={classes.outcome}>
        {check.isError && <p className={classes.problem}>{problemOf(check.error)}</p>}
        {check.isSuccess && (
          <BegunJobs ids={check.data} nothing="Nothing is due yet, so there was nothing to begin." />
        )}
      </div>
    </section>
  );
}

function Numbers({ status }: { status: MigrationStatus }) {
  const { cache_stats, migration, graph, queue } = status;
  // Who is limited to some cameras is told of these, and nothing of the whole.
  const isLimited = useMe().limited_to_groups;
  const memory = memoryOf(cache_stats);
  const overdueMs = status.oldest_due_seconds === null ? null : status.oldest_due_seconds * 1000;
  return (
    <dl className={classes.numbers}>
      <Fact name="Cached captions">{numberOr(cache_stats.total_keys)}</Fact>
      <Fact name="Due now" detail={dueDetail(migration)}>
        {numberOr(migration.keys_near_expiry)}
      </Fact>
      <Fact name="Oldest is due" isTrouble={status.behind && overdueMs !== null && overdueMs > 0}>
        {overdueMs === null ? UNKNOWN : overdueMs === 0 ? "Nothing is" : `since ${duration(overdueMs)}`}
      </Fact>
      {(!isLimited || !graph.reachable) && (
        <Fact name="Events in the graph" isTrouble={!graph.reachable}>
          {graph.reachable ? numberOr(graph.events) : "It does not answer"}
        </Fact>
      )}
      {!isLimited && (
        <>
          <Fact
            name="Memory of Redis"
            detail={
              memory?.share == null
                ? memory === null
                  ? ""
                  : "without a limit"
                : `${percent(memory.share)} of its limit`
            }
          >
            {memory?.used ?? UNKNOWN}
          </Fact>
          <Fact name="Jobs" detail={queue.failed ? `${count(queue.failed, "job")} failed` : ""}>
            {queue.running === null || queue.waiting === null
              ? UNKNOWN
              : queue.running + queue.waiting === 0
                ? "None waits"
                : `${queue.running} running, ${queue.waiting} waiting`}
          </Fact>
        </>
      )}
      <Fact name="Next check">{migration.next_check}</Fact>
    </dl>
  );
}

const UNKNOWN = "Not known now";

function numberOr(value: number | null): string {
  return value === null ? UNKNOWN : value.toLocaleString("en-GB");
}

function dueDetail({ keys_near_expiry, cameras_affected }: MigrationStatus["migration"]): string {
  return keys_near_expiry && cameras_affected ? `of ${count(cameras_affected, "camera")}` : "";
}

function Fact({
  name,
  detail = "",
  isTrouble = false,
  children,
}: {
  name: string;
  detail?: string;
  isTrouble?: boolean;
  children: ReactNode;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-trouble={isTrouble}>
        {children}
        {detail !== "" && <span className={classes.detail}>{detail}</span>}
      </dd>
    </div>
  );
}
