import { ActionIcon, Button } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useShortcuts } from "@/components/shortcuts/useShortcuts";
import { day, hourMinute, isoDay } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import classes from "./Controls.module.css";
import { dayAfter, dayBefore, type Period } from "./period";

/** Which day is shown. `choose`: a day as `?day=` has it; null: the last 24 hours. */
export function PeriodControls({
  period,
  nowMs,
  choose,
}: {
  period: Period;
  nowMs: number;
  choose: (day: string | null) => void;
}) {
  const { zone } = useZone();
  const next = dayAfter(period, nowMs, zone);
  const before = dayBefore(period, zone);
  useShortcuts("Heatmap", [
    { keys: "P", label: "Previous day", action: () => choose(before) },
    { keys: "N", label: "Next day", action: () => next !== null && choose(next) },
    { keys: "L", label: "Last 24 h", action: () => choose(null), once: true },
  ]);
  return (
    <div className={classes.period}>
      <ActionIcon variant="subtle" color="gray" aria-label="Previous day" onClick={() => choose(before)}>
        <IconChevronLeft size={18} stroke={1.75} />
      </ActionIcon>
      <Button
        variant={period.kind === "last" ? "default" : "subtle"}
        color="gray"
        size="compact-sm"
        aria-pressed={period.kind === "last"}
        onClick={() => choose(null)}
      >
        Last 24 h
      </Button>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="Next day"
        disabled={next === null}
        onClick={() => next !== null && choose(next)}
      >
        <IconChevronRight size={18} stroke={1.75} />
      </ActionIcon>
      <input
        type="date"
        className={classes.date}
        aria-label="Day"
        value={period.kind === "day" ? isoDay(period.fromMs, zone) : ""}
        max={isoDay(nowMs, zone)}
        onChange={({ currentTarget: { value } }) => value !== "" && choose(value)}
      />
      <span className={classes.shown}>
        {period.kind === "day" && day(period.fromMs, zone, nowMs)}
        {period.kind === "to" && `24 h to ${day(period.toMs, zone, nowMs)} ${hourMinute(period.toMs, zone)}`}
      </span>
    </div>
  );
}
