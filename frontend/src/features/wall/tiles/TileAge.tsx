import { useEffect, useState } from "react";
import { Time } from "@/components/Time";
import { duration } from "@/lib/format";
import classes from "./TileAge.module.css";

/** How old a stale picture is, counting. `bornMs`: when its age was 0, by `performance.now()`. */
export function TileAge({ bornMs, takenMs }: { bornMs: number; takenMs: number | null }) {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const wholeMs = Math.max(0, Math.floor((nowMs - bornMs) / 1000) * 1000);
  return (
    <p className={classes.age}>
      <b>{duration(wholeMs)}</b>
      {takenMs !== null && (
        <span>
          Last picture <Time at={takenMs} withDay={wholeMs > 12 * 3_600_000} />
        </span>
      )}
    </p>
  );
}
