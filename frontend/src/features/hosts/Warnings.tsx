import { IconAlertTriangle } from "@tabler/icons-react";
import classes from "./Warnings.module.css";

/** Sentences that ask for a person; nothing where there are none. */
export function Warnings({ sentences, label }: { sentences: readonly string[]; label: string }) {
  if (sentences.length === 0) return null;
  return (
    <ul className={classes.warnings} aria-label={label}>
      {sentences.map((sentence) => (
        <li key={sentence}>
          <IconAlertTriangle size={14} stroke={1.75} aria-hidden />
          <span>{sentence}</span>
        </li>
      ))}
    </ul>
  );
}
