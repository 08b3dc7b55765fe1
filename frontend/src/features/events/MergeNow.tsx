import { Button, Progress } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { notify } from "@/components/notify";
import { problemOf } from "@/lib/problem";
import { ALL_EVENTS, cachedQuery, mergeAll } from "./eventQueries";
import classes from "./MergeNow.module.css";
import { mergingWords, unmerged } from "./recentWords";

const TAKES_LONG_MS = 60_000;

/** Has captions merged into events at once, and says how far that is. `camera`: only this one's; empty: all. */
export function MergeNow({ camera }: { camera: string }) {
  const client = useQueryClient();
  const [begun, setBegun] = useState<ReadonlyMap<string, number> | null>(null);
  const [isLong, setLong] = useState(false);
  const merge = useMutation({
    mutationFn: () => mergeAll(camera),
    onSuccess: (cached) => {
      setLong(false);
      setBegun(cached);
    },
    onError: (error) => notify({ title: "Nothing is merged", message: problemOf(error), kind: "problem" }),
  });
  const cached = useQuery({ ...cachedQuery, enabled: begun !== null });
  const merging = begun === null ? null : { begun, now: cached.data ?? begun };
  const left = merging === null ? 0 : unmerged(merging).length;
  const isDone = merging !== null && left === 0;
  useEffect(() => {
    if (!isDone) return;
    setBegun(null);
    void client.invalidateQueries(ALL_EVENTS);
    notify({ title: "Recent captions are merged" });
  }, [isDone, client]);
  useEffect(() => {
    if (begun === null) return;
    const timer = setTimeout(() => setLong(true), TAKES_LONG_MS);
    return () => clearTimeout(timer);
  }, [begun]);
  if (merging === null || begun === null) {
    return (
      <Button size="compact-sm" variant="default" loading={merge.isPending} onClick={() => merge.mutate()}>
        Merge now
      </Button>
    );
  }
  return (
    <div className={classes.merging} role="status">
      <span>
        {mergingWords(merging)}
        {isLong && " It waits for a worker; it goes on without this page."}
      </span>
      <Progress
        size="xs"
        value={Math.max(4, (100 * (begun.size - left)) / Math.max(1, begun.size))}
        aria-label="How far it is"
      />
    </div>
  );
}
