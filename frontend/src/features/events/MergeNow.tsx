import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { HowFar } from "@/components/HowFar";
import { notify } from "@/components/notify";
import { problemOf } from "@/lib/problem";
import { ALL_EVENTS, mergeAll, mergingQuery } from "./eventQueries";
import { type Begun, progressOf, progressWords } from "./merging";

const TAKES_LONG_MS = 60_000;
const NOTHING = { cached: new Map<string, number>(), runs: [] };

/** Has captions merged into events at once, and says how far that is. `camera`: only this one's; empty: all. */
export function MergeNow({ camera }: { camera: string }) {
  const [begun, setBegun] = useState<readonly Begun[] | null>(null);
  const merge = useMutation({
    mutationFn: () => mergeAll(camera),
    onSuccess: setBegun,
    onError: (error) => notify({ title: "Nothing is merged", message: problemOf(error), kind: "problem" }),
  });
  if (begun !== null) return <Merging begun={begun} onDone={() => setBegun(null)} />;
  return (
    <Button size="compact-sm" variant="default" loading={merge.isPending} onClick={() => merge.mutate()}>
      Merge now
    </Button>
  );
}

function Merging({ begun, onDone }: { begun: readonly Begun[]; onDone: () => void }) {
  const client = useQueryClient();
  const merging = useQuery(mergingQuery);
  const [isLong, setLong] = useState(false);
  const { cached, runs } = merging.data ?? NOTHING;
  const progress = progressOf(begun, cached, runs);
  const isDone = merging.data !== undefined && progress.done === progress.all;
  useEffect(() => {
    if (!isDone) return;
    onDone();
    void client.invalidateQueries(ALL_EVENTS);
    notify({ title: "Recent captions are merged" });
  }, [isDone, onDone, client]);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), TAKES_LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <HowFar fraction={merging.data === undefined ? 0 : progress.done / Math.max(1, progress.all)}>
      <span role="status">
        {merging.data === undefined ? "Merging…" : progressWords(progress)}
        {progress.problem !== null
          ? ` One try failed and is made again: ${progress.problem}`
          : isLong && " It waits for a worker, and goes on without this page."}
      </span>
    </HowFar>
  );
}
