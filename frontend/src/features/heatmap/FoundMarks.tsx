import classes from "./Board.module.css";
import { foundRuns } from "./columns";

/** Frames around what a search has found, where pictures are shown that must not be dimmed. Rows are hours. */
export function FoundMarks({
  hours,
  ofHours,
  cellWidth,
  rowHeight,
}: {
  /** Where each row begins. */
  hours: readonly number[];
  ofHours: readonly (Uint8Array | null)[];
  cellWidth: number;
  rowHeight: number;
}) {
  return hours.flatMap((hourMs, row) =>
    foundRuns(ofHours[row] ?? new Uint8Array()).map(([from, to]) => (
      <div
        key={`${hourMs} ${from}`}
        className={classes.found}
        style={{
          left: from * cellWidth,
          top: row * rowHeight,
          width: (to - from) * cellWidth,
          height: rowHeight,
        }}
      />
    )),
  );
}
