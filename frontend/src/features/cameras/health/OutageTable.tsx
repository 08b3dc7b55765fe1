import { Button } from "@mantine/core";
import { useState } from "react";
import { Time } from "@/components/Time";
import type { Outage } from "@/features/cameras/cameraTypes";
import classes from "./OutageTable.module.css";
import { lengthText, reasonText } from "./outages";

const FIRST = 10;

/** Outages of a camera, the newest first. `total`: of the period, of which the newest are given. */
export function OutageTable({ outages, total }: { outages: readonly Outage[]; total: number }) {
  const [showsAll, setShowsAll] = useState(false);
  if (outages.length === 0) return <p className={classes.none}>No outage in this time.</p>;
  const shown = showsAll ? outages : outages.slice(0, FIRST);
  return (
    <>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Began</th>
            <th scope="col">Ended</th>
            <th scope="col">Lasted</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((outage) => (
            <tr key={outage.from}>
              <td>
                <Time at={outage.from} withDay />
              </td>
              <td>{outage.to === null ? <strong>Not yet</strong> : <Time at={outage.to} withDay />}</td>
              <td>{lengthText(outage)}</td>
              <td>{reasonText(outage)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {outages.length > shown.length && (
        <Button mt="xs" size="compact-sm" variant="default" onClick={() => setShowsAll(true)}>
          Show {outages.length - shown.length} more
        </Button>
      )}
      {showsAll && total > outages.length && (
        <p className={classes.none}>
          {total - outages.length} older ones are not listed: choose a shorter time.
        </p>
      )}
    </>
  );
}
