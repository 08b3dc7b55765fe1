import classes from "./MinutePicture.module.css";
import { KIND, kindOf } from "./minuteKind";
import type { Row } from "./rows";
import { usePicture } from "./usePicture";

/** What a minute looked like, or why that is not shown. */
export function MinutePicture({ row, minute, atMs }: { row: Row; minute: number; atMs: number }) {
  const kind = kindOf(row.minutes, minute);
  const hasPicture = kind !== KIND.missing && kind !== KIND.unknown;
  const picture = usePicture(row, hasPicture ? atMs : null);
  return (
    <div className={classes.frame}>
      {picture.url !== null && <img src={picture.url} alt="" className={classes.picture} />}
      {picture.url === null && (
        <span>
          {!hasPicture
            ? kind === KIND.missing
              ? "No footage of this minute"
              : "Nothing reported of this minute"
            : picture.isOutOfReach
              ? "Picture not reachable now"
              : ""}
        </span>
      )}
    </div>
  );
}
