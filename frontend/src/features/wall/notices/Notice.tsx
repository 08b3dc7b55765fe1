import { IconAlertTriangle, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Notice.module.css";

/** A line above the tiles about what concerns several of them. */
export function Notice({ children, onClose }: { children: ReactNode; onClose?: () => void }) {
  return (
    <div className={classes.notice} role="status">
      <IconAlertTriangle size={16} stroke={1.6} aria-hidden className={classes.shape} />
      <p>{children}</p>
      {onClose !== undefined && (
        <button
          type="button"
          className={classes.close}
          aria-label="Close this message"
          title="Close this message"
          onClick={onClose}
        >
          <IconX size={16} stroke={1.6} aria-hidden />
        </button>
      )}
    </div>
  );
}
