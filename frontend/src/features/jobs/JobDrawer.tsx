import { Button, Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { notify } from "@/components/notify";
import { Failed, Loading } from "@/components/PageState";
import { Time } from "@/components/Time";
import { duration } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { useMay } from "@/lib/session";
import { useNow } from "@/lib/useNow";
import { CancelQuestion } from "./CancelQuestion";
import classes from "./JobDrawer.module.css";
import { JobMark } from "./JobMark";
import { runMs, shownJson, triesText, waysOf } from "./jobFacts";
import { type JobDetails, jobQuery, useJobCommand } from "./jobQueries";

/** All that is known of a job, and what can be done with it. `id` null: closed. */
export function JobDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  // What is closing goes on showing what it showed.
  const [shown, setShown] = useState(id);
  if (id !== null && id !== shown) setShown(id);
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size="min(560px, 100%)"
      title="Job"
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ content: classes.content ?? "", header: classes.content ?? "" }}
    >
      {shown !== null && <OneJob id={shown} />}
    </Drawer>
  );
}

function OneJob({ id }: { id: string }) {
  const job = useQuery(jobQuery(id));
  if (job.data !== undefined) return <JobFacts job={job.data} />;
  return job.isError ? (
    <Failed error={job.error} retry={() => void job.refetch()} />
  ) : (
    <Loading what="the job" />
  );
}

function JobFacts({ job }: { job: JobDetails }) {
  const now = useNow();
  const took = runMs(job, now);
  const tries = triesText(job);
  return (
    <>
      <h3 className={classes.title}>{job.description}</h3>
      <Ways job={job} />
      <dl className={classes.facts}>
        <Fact name="State">
          <JobMark state={job.state} />
          {job.slow && <span>It takes longer than it should.</span>}
        </Fact>
        {job.progress !== null && (
          <Fact name="Progress">
            <span className="tabular">{Math.round(job.progress.fraction * 100)} %</span>
            {job.progress.text}
          </Fact>
        )}
        <Fact name="Task">{job.task}</Fact>
        <Fact name="Queue">{job.queue}</Fact>
        <Fact name="Asked for">
          <Time at={job.createdAt} withDay />
          {job.entry !== "" && <span className={classes.quiet}>by the schedule</span>}
        </Fact>
        {job.started_at !== null && (
          <Fact name="Began">
            <Time at={job.started_at} withDay />
          </Fact>
        )}
        {job.ended_at !== null && (
          <Fact name="Ended">
            <Time at={job.ended_at} withDay />
          </Fact>
        )}
        {took !== null && <Fact name="Took">{duration(took)}</Fact>}
        {job.next_run_at !== null && (
          <Fact name="Next try">
            <Time at={job.next_run_at} withDay />
          </Fact>
        )}
        {tries !== "" && <Fact name="Tries">{tries}</Fact>}
        {job.worker !== null && <Fact name="Worker">{job.worker}</Fact>}
        <Fact name="Id">
          <code>{job.id}</code>
        </Fact>
        {job.request_id !== null && (
          <Fact name="Request">
            <code>{job.request_id}</code>
          </Fact>
        )}
      </dl>
      {job.error !== "" && <Text title="What went wrong">{job.error}</Text>}
      {Object.keys(job.arguments).length > 0 && <Text title="Arguments">{shownJson(job.arguments)}</Text>}
      {job.result !== null && <Text title="Result">{shownJson(job.result)}</Text>}
    </>
  );
}

// Cancelling what runs loses what it has done, and is asked for; the rest is done at once.
function Ways({ job }: { job: JobDetails }) {
  const mayChange = useMay("jobs:write");
  const command = useJobCommand();
  const [isAsking, setAsking] = useState(false);
  const ways = waysOf(job.state);
  if (!mayChange || !(ways.cancel || ways.retry)) return null;
  const carryOut = (kind: "cancel" | "retry") =>
    command.mutate(
      { kind, id: job.id },
      {
        onSuccess: ({ state }) =>
          notify({
            title:
              kind === "retry"
                ? "It waits for a worker"
                : state === "running"
                  ? "It is being ended"
                  : "It is cancelled",
            kind: "done",
          }),
        onSettled: () => setAsking(false),
        onError: (error) =>
          notify({
            title: kind === "retry" ? "It was not tried again" : "It was not cancelled",
            message: problemOf(error),
            kind: "problem",
          }),
      },
    );
  return (
    <div className={classes.ways}>
      {ways.retry && (
        <Button size="xs" variant="default" loading={command.isPending} onClick={() => carryOut("retry")}>
          Try again
        </Button>
      )}
      {ways.cancel && (
        <Button
          size="xs"
          variant="default"
          loading={command.isPending}
          onClick={() => (job.state === "running" ? setAsking(true) : carryOut("cancel"))}
        >
          Cancel it
        </Button>
      )}
      <CancelQuestion
        opened={isAsking}
        isBusy={command.isPending}
        onConfirm={() => carryOut("cancel")}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Text({ title, children }: { title: string; children: string }) {
  return (
    <>
      <h4 className={classes.heading}>{title}</h4>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className={classes.text} tabIndex={0} aria-label={title}>
        <pre>{children}</pre>
      </section>
    </>
  );
}
