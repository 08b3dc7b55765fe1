import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { Pager } from "@/components/list/Pager";
import { NotRenewed } from "@/components/NotRenewed";
import { notify } from "@/components/notify";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { count } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { JobsTable } from "./JobsTable";
import { NOTHING } from "./jobFacts";
import { jobsQuery, scheduleQuery, useJobCommand, workersQuery } from "./jobQueries";
import { isJobState, type JobState, PAGE_SIZE, shownOf, withJob, withShown } from "./listed";
import { ScheduleTable } from "./ScheduleTable";
import { WorkersTable } from "./WorkersTable";

/** What is done in the background: what runs, waits, has ended; what is done again and again; who does it. */
export default function JobsPage() {
  const [address, setAddress] = useSearchParams();
  const { view, page } = shownOf(address);
  const open = (id: string) => setAddress((was) => withJob(was, id), { replace: true });
  if (isJobState(view)) {
    return (
      <Jobs
        key={view}
        state={view}
        page={page}
        onPage={(next) => setAddress((was) => withShown(was, { view, page: next }), { replace: true })}
        onOpen={open}
      />
    );
  }
  return view === "schedule" ? <Schedule onOpen={open} /> : <Workers onOpen={open} />;
}

function Jobs({
  state,
  page,
  onPage,
  onOpen,
}: {
  state: JobState;
  page: number;
  onPage: (page: number) => void;
  onOpen: (id: string) => void;
}) {
  const jobs = useQuery(jobsQuery(state, page));
  const total = jobs.data?.meta.total;
  return (
    <>
      <PageHeading title="Jobs" detail={total === undefined ? undefined : count(total, "job")} />
      <Asked query={jobs} what="the jobs">
        {({ data, meta }) =>
          data.length === 0 && page === 1 ? (
            <Empty title={NOTHING[state].title}>{NOTHING[state].words}</Empty>
          ) : (
            <>
              <JobsTable jobs={data} state={state} isOld={jobs.isPlaceholderData} onOpen={onOpen} />
              <Pager
                page={page}
                pageSize={PAGE_SIZE}
                shown={data.length}
                total={meta.total}
                onPage={onPage}
              />
            </>
          )
        }
      </Asked>
    </>
  );
}

function Schedule({ onOpen }: { onOpen: (id: string) => void }) {
  const schedule = useQuery(scheduleQuery);
  const command = useJobCommand();
  const run = (name: string) =>
    command.mutate(
      { kind: "run", name },
      {
        onSuccess: (job) => notify({ title: `“${job.description}” waits for a worker`, kind: "done" }),
        onError: (error) => notify({ title: "It was not begun", message: problemOf(error), kind: "problem" }),
      },
    );
  const busy = command.isPending && command.variables.kind === "run" ? command.variables.name : null;
  return (
    <>
      <PageHeading title="Jobs" detail="Schedule" />
      <Asked query={schedule} what="the schedule">
        {(entries) =>
          entries.length === 0 ? (
            <Empty title="Nothing is done again and again." />
          ) : (
            <ScheduleTable entries={entries} busy={busy} onRun={run} onOpen={onOpen} />
          )
        }
      </Asked>
    </>
  );
}

function Workers({ onOpen }: { onOpen: (id: string) => void }) {
  const workers = useQuery(workersQuery);
  return (
    <>
      <PageHeading title="Jobs" detail="Workers" />
      <Asked query={workers} what="the workers">
        {(found) =>
          found.length === 0 ? (
            <Empty title="There is no worker.">
              Start one on the gateway's machine, or on any other with its settings: python -m gateway worker
            </Empty>
          ) : (
            <WorkersTable workers={found} onOpen={onOpen} />
          )
        }
      </Asked>
    </>
  );
}

// What was asked for, or why it is not there yet.
function Asked<T>({
  query,
  what,
  children,
}: {
  query: UseQueryResult<T>;
  what: string;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) {
    return (
      <>
        <NotRenewed query={query} />
        {children(query.data)}
      </>
    );
  }
  return query.isError ? (
    <Failed error={query.error} retry={() => void query.refetch()} />
  ) : (
    <Loading what={what} />
  );
}
