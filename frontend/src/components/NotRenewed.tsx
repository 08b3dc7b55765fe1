import { IconClock } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { Time } from "@/components/Time";
import { problemOf } from "@/lib/problem";
import classes from "./NotRenewed.module.css";

/** Says that what is shown is old, and why; nothing while it is renewed as it should be. */
export function NotRenewed({
  query,
}: {
  query: Pick<UseQueryResult, "isRefetchError" | "error" | "dataUpdatedAt" | "failureReason">;
}) {
  const problem = query.isRefetchError ? query.error : query.failureReason;
  return (
    <div className={classes.notice} role="status">
      {problem !== null && query.dataUpdatedAt > 0 && (
        <>
          <IconClock size={14} stroke={1.75} aria-hidden />
          <span>
            Shown as of <Time at={query.dataUpdatedAt} />. {problemOf(problem)}
          </span>
        </>
      )}
    </div>
  );
}
