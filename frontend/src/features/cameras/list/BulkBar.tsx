import { Button } from "@mantine/core";
import { IconFolder, IconPower, IconServer2, IconTrash, IconX } from "@tabler/icons-react";
import { count } from "@/lib/format";
import classes from "./BulkBar.module.css";
import type { BulkKind } from "./bulk";

const ACTIONS = [
  { kind: "group", label: "Move to group", Icon: IconFolder },
  { kind: "host", label: "Assign to host", Icon: IconServer2 },
  { kind: "activate", label: "Activate", Icon: IconPower },
  { kind: "deactivate", label: "Deactivate", Icon: IconPower },
  { kind: "delete", label: "Delete", Icon: IconTrash },
] as const;

/** How many cameras are chosen, and what can be done with all of them. `total`: that the filter finds. */
export function BulkBar({
  chosen,
  total,
  isGathering,
  onAll,
  onAct,
  onNone,
}: {
  chosen: number;
  total: number;
  isGathering: boolean;
  onAll: () => void;
  onAct: (kind: BulkKind) => void;
  onNone: () => void;
}) {
  return (
    <section className={classes.bar} aria-label="Chosen cameras">
      <span className={classes.number} role="status">
        {count(chosen, "camera")} chosen
      </span>
      {chosen < total && (
        <Button size="compact-sm" variant="subtle" loading={isGathering} onClick={onAll}>
          Choose all {total.toLocaleString("en-GB")}
        </Button>
      )}
      {ACTIONS.map(({ kind, label, Icon }) => (
        <Button
          key={kind}
          size="compact-sm"
          variant="default"
          leftSection={<Icon size={14} stroke={1.75} aria-hidden />}
          onClick={() => onAct(kind)}
        >
          {label}
        </Button>
      ))}
      <Button
        className={classes.end}
        size="compact-sm"
        variant="subtle"
        color="gray"
        leftSection={<IconX size={14} stroke={1.75} aria-hidden />}
        onClick={onNone}
      >
        Choose none
      </Button>
    </section>
  );
}
