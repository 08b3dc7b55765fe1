import { VisuallyHidden } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { Link } from "react-router";
import { StateMark } from "@/components/StateMark";
import { deviceHeatmapPath } from "@/lib/deviceAddress";
import { capitalised, markOf } from "@/lib/stateMarks";
import classes from "./RowLabel.module.css";
import type { Row } from "./rows";

/** What a row is and what is wrong with it; leads to its hours. `search`: of the page, so that the day stays. */
export function RowLabel({ row, search, isUnder }: { row: Row; search: string; isUnder: boolean }) {
  const isAlarming = row.word !== null && markOf(row.word).tone === "action";
  return (
    <Link
      className={`${classes.label} ${isUnder ? classes.under : ""}`}
      to={{ pathname: deviceHeatmapPath(row), search }}
    >
      <span className={classes.mark}>
        {row.word !== null && row.word !== "live" && (
          <StateMark state={row.word} text={capitalised(row.trouble ?? row.word)} iconOnly size={16} />
        )}
      </span>
      <span className={classes.words}>
        <span className={classes.name} title={row.label}>
          {row.label}
        </span>
        <span className={classes.facts} title={row.group === null ? row.host : `${row.host} · ${row.group}`}>
          {row.host}
          {row.trouble !== null && (
            <>
              {" · "}
              <span className={isAlarming ? classes.act : classes.look}>{row.trouble}</span>
            </>
          )}
        </span>
      </span>
      <VisuallyHidden>: its hours, minute by minute</VisuallyHidden>
      <IconChevronRight className={classes.unfold} size={16} stroke={1.75} aria-hidden />
    </Link>
  );
}
