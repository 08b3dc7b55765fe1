import { Progress } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./HowFar.module.css";

// So that a bar is seen to be one before anything is done.
const LEAST_PERCENT = 4;

/** Words about work that was begun here, over how far it is. `fraction` from 0 to 1; null: there is no bar. */
export function HowFar({ fraction, children }: { fraction: number | null; children: ReactNode }) {
  return (
    <div className={classes.far}>
      {children}
      {fraction !== null && (
        <Progress size="xs" value={Math.max(LEAST_PERCENT, fraction * 100)} aria-label="How far it is" />
      )}
    </div>
  );
}
