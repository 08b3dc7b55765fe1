import { IconAlertTriangle, IconPointFilled } from "@tabler/icons-react";
import type { Standing } from "./migrationFacts";
import classes from "./StandingMark.module.css";

/** How the migration is, as shape and word. */
export function StandingMark({ standing }: { standing: Standing }) {
  const Icon = standing.tone === "action" ? IconAlertTriangle : IconPointFilled;
  return (
    <span className={classes.mark} data-tone={standing.tone}>
      <Icon size={14} stroke={1.75} aria-hidden />
      {standing.word}
    </span>
  );
}
