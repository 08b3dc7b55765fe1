import { Button } from "@mantine/core";
import { useIdle } from "@mantine/hooks";
import { IconX } from "@tabler/icons-react";
import classes from "./LeaveKiosk.module.css";

const IDLE_MS = 3_000;

/** The way out of the kiosk, there for as long as somebody moves the pointer or touches the screen. */
export function LeaveKiosk({ onLeave }: { onLeave: () => void }) {
  const isIdle = useIdle(IDLE_MS, { initialState: false });
  return (
    <div className={classes.place} data-idle={isIdle || undefined}>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconX size={14} aria-hidden />}
        onClick={onLeave}
      >
        Leave kiosk
      </Button>
    </div>
  );
}
