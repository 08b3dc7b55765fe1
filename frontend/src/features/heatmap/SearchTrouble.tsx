import { problemOf } from "@/lib/problem";
import classes from "./SearchTrouble.module.css";

/** What is to be known of a search: why it does not work, or that not everything was found. */
export function SearchTrouble({ error, isCut }: { error: unknown; isCut: boolean }) {
  const words =
    error !== null
      ? `Captions are not searched. ${problemOf(error)}`
      : isCut
        ? "So much was found that only the newest of it is shown. Search for something rarer, or a shorter time."
        : "";
  return (
    <p className={classes.trouble} role="status">
      {words}
    </p>
  );
}
