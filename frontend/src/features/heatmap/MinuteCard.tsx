import { VisuallyHidden } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { serverNow } from "@/api/serverClock";
import { day, hourMinute, percent, utcText } from "@/lib/format";
import { useCaptionsUse } from "@/lib/useCaptionsUse";
import { useZone } from "@/lib/ZoneContext";
import { FoundCaption } from "./FoundCaption";
import { captionAt } from "./found";
import { cssColour } from "./heatScale";
import { cardPlace } from "./layout";
import classes from "./MinuteCard.module.css";
import { MinutePicture } from "./MinutePicture";
import { minuteWords } from "./minuteKind";
import type { Row } from "./rows";
import { MOST, moved, UNKNOWN } from "./series";
import { usePalette } from "./usePalette";

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const SIZE = { width: 264, height: 272 };

/** The minute under the cursor: its picture, time, activity and state. Boxes are in the stage's pixels. */
export function MinuteCard({
  row,
  minute,
  atMs,
  isAnnounced,
  sought = null,
  beside,
  room,
}: {
  row: Row;
  minute: number;
  atMs: number;
  isAnnounced: boolean;
  /** What was searched for and found in this minute; null: nothing. */
  sought?: { text: string; cameraId: string } | null;
  beside: Box;
  room: Box;
}) {
  const { zone } = useZone();
  const palette = usePalette();
  const captions = useCaptionsUse();
  const asked = sought ?? captionAt(row, captions.isOn);
  const { ref, height } = useElementSize();
  const level = row.minutes.activity[minute] ?? UNKNOWN;
  const activity = level === UNKNOWN ? null : percent(moved(level));
  const state = minuteWords(row.minutes, minute);
  const colour = palette?.scale[level];
  const said = `${row.label}, ${row.host}, ${day(atMs, zone, serverNow())} ${hourMinute(atMs, zone)}, ${
    activity === null ? "" : `activity ${activity}, `
  }${state}${sought === null ? "" : `, found: ${sought.text}`}`;
  return (
    <>
      <figure
        ref={ref}
        className={classes.card}
        style={cardPlace(beside, { ...SIZE, height: height || SIZE.height }, room)}
        data-testid="minute-card"
        aria-hidden
      >
        <MinutePicture row={row} minute={minute} atMs={atMs} />
        <figcaption>
          <p className={classes.when}>
            <time dateTime={new Date(atMs).toISOString()} title={utcText(atMs)}>
              {hourMinute(atMs, zone)}
            </time>
            <span>{day(atMs, zone, serverNow())}</span>
          </p>
          {asked !== null && <FoundCaption {...asked} atMs={atMs} />}
          <p className={classes.level}>
            Activity
            <span className={classes.meter}>
              <span
                style={{
                  // As the colours: little movement is to be seen.
                  width: `${level === UNKNOWN ? 0 : (100 * level) / MOST}%`,
                  background: colour === undefined ? undefined : cssColour(colour),
                }}
              />
            </span>
            <b>{activity ?? "–"}</b>
          </p>
          <p className={classes.state}>
            {row.label} · {row.host} · {state}
          </p>
        </figcaption>
      </figure>
      <VisuallyHidden aria-live="polite">{isAnnounced && said}</VisuallyHidden>
    </>
  );
}
