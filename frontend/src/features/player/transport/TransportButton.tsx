import { Tooltip, UnstyledButton } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./TransportButton.module.css";

/** A button of the transport: what it does as label and tooltip, with its key. */
export function TransportButton({
  icon: Icon,
  label,
  keyCap,
  onClick,
  size = "normal",
  isPressed,
  isDisabled = false,
  children,
}: {
  icon: TablerIcon;
  label: string;
  keyCap?: string;
  onClick: () => void;
  size?: "normal" | "large" | "play";
  /** For what switches: whether it is on. */
  isPressed?: boolean;
  isDisabled?: boolean;
  children?: ReactNode;
}) {
  return (
    <Tooltip label={keyCap === undefined ? label : `${label} (${keyCap})`} openDelay={400} withinPortal>
      <UnstyledButton
        className={size === "normal" ? classes.button : `${classes.button} ${classes[size]}`}
        aria-label={label}
        aria-pressed={isPressed}
        aria-keyshortcuts={keyCap}
        // Still there for the keyboard and for the tooltip.
        aria-disabled={isDisabled || undefined}
        // Who clicks and then presses Space means to play or pause, not the same button again.
        onMouseDown={(event) => event.preventDefault()}
        onClick={isDisabled ? undefined : onClick}
      >
        <Icon size={20} stroke={1.6} aria-hidden />
        {children}
      </UnstyledButton>
    </Tooltip>
  );
}
