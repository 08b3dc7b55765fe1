import classes from "./DiskBar.module.css";
import { diskFacts } from "./hostFacts";
import type { Disk } from "./hostQueries";

/** A disk: how full it is, what is free, and when it will be full where that is known. */
export function DiskBar({ disk, withPath = false }: { disk: Disk; withPath?: boolean }) {
  const facts = diskFacts(disk);
  const percent = Math.round(facts.usedShare * 100);
  return (
    <div className={`${classes.disk} ${classes[facts.tone] ?? ""}`}>
      {withPath && (
        <div className={classes.root} title={disk.root}>
          <bdi>{disk.root}</bdi>
        </div>
      )}
      {/* What it shows stands below it in words. */}
      <div className={classes.bar} aria-hidden>
        <div className={classes.used} style={{ width: `${percent}%` }} />
      </div>
      <div className={classes.head}>
        <span title={disk.root}>{facts.free}</span>
        {facts.forecast !== "" && <span className={classes.words}>{facts.forecast}</span>}
      </div>
      {withPath && facts.problem !== "" && <div className={classes.words}>{facts.problem}</div>}
    </div>
  );
}
