import classes from "./CaptionsOff.module.css";
import { standingOf } from "./migrationFacts";
import { StandingMark } from "./StandingMark";

/** That captions are off, and what to set for them. `problem`: the gateway's own sentences. */
export function CaptionsOff({ problem }: { problem: string | null }) {
  const standing = standingOf("off", problem);
  return (
    <section className={classes.off} aria-label="How it does">
      <StandingMark standing={standing} />
      <p>{standing.sentence}</p>
      <p className={classes.quiet}>
        Recording, live pictures, the archive and everything else do not need it.
      </p>
    </section>
  );
}
