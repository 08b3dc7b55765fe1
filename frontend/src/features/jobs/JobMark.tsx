import {
  IconAlertTriangle,
  IconBan,
  IconCheck,
  IconClock,
  IconPlayerPlay,
  IconRepeat,
  type TablerIcon,
} from "@tabler/icons-react";
import classes from "./JobMark.module.css";
import { STATE_WORDS } from "./jobFacts";
import type { JobState } from "./listed";

const ICONS: Readonly<Record<JobState, TablerIcon>> = {
  running: IconPlayerPlay,
  queued: IconClock,
  scheduled: IconRepeat,
  failed: IconAlertTriangle,
  finished: IconCheck,
  cancelled: IconBan,
};

/** A job's state as shape and word; red is for what failed alone. */
export function JobMark({ state }: { state: JobState }) {
  const Icon = ICONS[state];
  return (
    <span className={classes.mark} data-state={state}>
      <Icon size={14} stroke={1.75} aria-hidden />
      {STATE_WORDS[state]}
    </span>
  );
}
