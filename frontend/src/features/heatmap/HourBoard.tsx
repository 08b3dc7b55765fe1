import { VisuallyHidden } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { playerPath } from "@/lib/deviceAddress";
import { day, hourMinute, utcText } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import { partsOf } from "@/lib/zone";
import { Band } from "./Band";
import boardClasses from "./Board.module.css";
import { FoundMarks } from "./FoundMarks";
import { type Sought, soughtAt } from "./found";
import classes from "./HourBoard.module.css";
import { cellTime, foundOfHour, hoursOf, minutesOfHour } from "./hours";
import type { Cell } from "./layout";
import { MinuteCard } from "./MinuteCard";
import { PicturesCanvas } from "./PicturesCanvas";
import { HOUR_MS, MINUTE_MS, type Period } from "./period";
import type { Row } from "./rows";
import { useCursor } from "./useCursor";
import type { Mosaics } from "./useMosaics";
import { usePalette } from "./usePalette";

const NAMES_PX = 124;
const RULER_PX = 28;
const LEAST_CELL_PX = 9;
// Each hour is a button as well, and is to be hit.
const LEAST_ROW_PX = 24;
const FIVES = [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55];

/** One device: a row an hour, a column a minute, as activity or as pictures. `onHour`: an hour was chosen. */
export function HourBoard({
  row,
  period,
  nowMs,
  mosaics,
  zoom,
  sought,
  onHour,
}: {
  row: Row;
  period: Period;
  nowMs: number;
  /** Null: activity is shown. */
  mosaics: Mosaics | null;
  zoom: number;
  /** What is searched for, and what was found; null: nothing is. */
  sought: Sought | null;
  onHour: (hourMs: number) => void;
}) {
  const { zone } = useZone();
  const { ref: sheet, width: roomWidth, height: roomHeight } = useElementSize();
  const [scroll, setScroll] = useState({ left: 0, top: 0 });
  const palette = usePalette();
  const navigate = useNavigate();
  const hours = useMemo(() => hoursOf(period), [period]);
  const width = Math.max(60 * LEAST_CELL_PX, roomWidth - NAMES_PX - 16) * zoom;
  const fitting = Math.floor((roomHeight - RULER_PX) / hours.length);
  const rowHeight =
    mosaics === null
      ? Math.max(LEAST_ROW_PX, Math.min(40, fitting))
      : Math.max(LEAST_ROW_PX, Math.round((width / 60) * (9 / 16)) + 1);
  const height = hours.length * rowHeight;
  const { minutes } = row;
  const ofHours = useMemo(
    () => hours.map((hourMs) => minutesOfHour(minutes, period, hourMs)),
    [hours, minutes, period],
  );
  const { found } = row;
  const foundOfHours = useMemo(
    () => hours.map((hourMs) => (found === null ? null : foundOfHour(found, period, hourMs))),
    [hours, found, period],
  );
  const rows = ofHours.map((own, index) => ({ ...row, minutes: own, found: foundOfHours[index] ?? null }));
  const nowMinute = Math.floor((nowMs - period.fromMs) / MINUTE_MS);
  const has = (cell: Cell) => cellTime(cell, period) <= nowMs;
  const open = (cell: Cell) => void navigate(playerPath(row, cellTime(cell, period)));
  const firstMinute = Math.floor((hours[0] ?? period.fromMs) / MINUTE_MS);
  const rowsOf = { rows: hours.length, minutes: 60, lastMinute: 59, rowMinutes: 60 };
  const area = { width, rowHeight, firstMinute, has, ...rowsOf };
  const { cursor, handlers } = useCursor(area, 6, open);
  const cursorRow = cursor === null ? undefined : rows[cursor.cell.row];
  const cellWidth = width / 60;
  const box = cursor !== null && {
    left: cursor.cell.minute * cellWidth,
    top: cursor.cell.row * rowHeight,
    width: cellWidth,
    height: rowHeight,
  };

  const scrolled = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (cursor?.by === "keys") scrolled.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [cursor]);
  const what = mosaics === null ? "Activity" : "Pictures";
  return (
    <div className={classes.stage}>
      <section
        ref={sheet}
        className={classes.sheet}
        aria-label="Hours and minutes"
        onScroll={({ currentTarget: { scrollLeft, scrollTop } }) =>
          setScroll({ left: scrollLeft, top: scrollTop })
        }
      >
        <div className={classes.board} style={{ gridTemplateColumns: `${NAMES_PX}px ${width + 16}px` }}>
          <div className={classes.corner}>Minute</div>
          <div className={classes.ruler} aria-hidden>
            {FIVES.map((minute) => (
              <span key={minute} style={{ left: minute * cellWidth }}>
                {String(minute).padStart(2, "0")}
              </span>
            ))}
            {cursor !== null && box !== false && (
              <span
                className={classes.at}
                style={{ left: Math.min(width - 22, Math.max(22, box.left + cellWidth / 2)) }}
              >
                {hourMinute(cellTime(cursor.cell, period), zone)}
              </span>
            )}
          </div>
          <ul className={classes.hours} style={{ height }}>
            {hours.map((hourMs, index) => (
              <li key={hourMs} style={{ height: rowHeight }}>
                <button
                  type="button"
                  className={`${classes.hour} ${cursor?.cell.row === index ? classes.under : ""}`}
                  disabled={hourMs > nowMs}
                  title={utcText(hourMs)}
                  onClick={() => onHour(hourMs)}
                >
                  <VisuallyHidden>Pictures of </VisuallyHidden>
                  {index === 0 || partsOf(hourMs, zone).hour === 0 ? (
                    <b>{day(hourMs, zone, nowMs)} </b>
                  ) : (
                    <VisuallyHidden>{day(hourMs, zone, nowMs)} </VisuallyHidden>
                  )}
                  {hourMinute(hourMs, zone)}
                </button>
              </li>
            ))}
          </ul>
          <div
            className={boardClasses.cells}
            style={{ width, height }}
            role="application"
            aria-roledescription="heatmap"
            aria-label={`${what} of ${row.label}. Arrow keys move, Enter plays.`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keys itself
            tabIndex={0}
            {...handlers}
          >
            {palette !== null && (
              <Band
                rows={rows}
                minutes={60}
                top={0}
                stripTop={1}
                stripHeight={rowHeight - 2}
                {...{ width, rowHeight, palette }}
              />
            )}
            {mosaics !== null && palette !== null && (
              <PicturesCanvas
                hours={hours}
                ofHours={ofHours}
                ground={palette.ground}
                mosaics={mosaics}
                width={width}
                rowHeight={rowHeight}
                label={`Pictures of ${row.label}`}
              />
            )}
            {mosaics !== null && (
              <FoundMarks hours={hours} ofHours={foundOfHours} cellWidth={cellWidth} rowHeight={rowHeight} />
            )}
            {nowMinute >= 0 && nowMs < period.toMs && (
              <NowMark
                minute={nowMinute}
                cellWidth={cellWidth}
                rowHeight={rowHeight}
                width={width}
                height={height}
              />
            )}
            {box !== false && (
              <div
                ref={scrolled}
                className={boardClasses.cell}
                style={{
                  left: box.left - 1.5,
                  top: box.top - 1,
                  width: box.width + 3,
                  height: box.height + 2,
                  scrollMargin: `${RULER_PX}px 24px 0 ${NAMES_PX + 8}px`,
                }}
              />
            )}
          </div>
        </div>
      </section>
      {cursor !== null && cursorRow !== undefined && box !== false && (
        <MinuteCard
          row={cursorRow}
          minute={cursor.cell.minute}
          atMs={cellTime(cursor.cell, period)}
          isAnnounced={cursor.by === "keys"}
          sought={soughtAt(sought, cursorRow, cursor.cell.minute)}
          beside={{ ...box, left: NAMES_PX + box.left - scroll.left, top: RULER_PX + box.top - scroll.top }}
          room={{ left: 8, top: RULER_PX + 4, width: roomWidth - 16, height: roomHeight - RULER_PX - 8 }}
        />
      )}
    </div>
  );
}

/** Where the running minute is, and nothing where the hours to come are. */
function NowMark(props: {
  minute: number;
  cellWidth: number;
  rowHeight: number;
  width: number;
  height: number;
}) {
  const { minute, cellWidth, rowHeight, width, height } = props;
  const row = Math.floor((minute * MINUTE_MS) / HOUR_MS);
  const left = ((minute % 60) + 1) * cellWidth;
  return (
    <>
      <div
        className={boardClasses.future}
        style={{
          left,
          width: Math.max(0, width - left),
          top: row * rowHeight,
          bottom: "auto",
          height: rowHeight,
        }}
      />
      <div
        className={boardClasses.future}
        style={{
          left: 0,
          top: (row + 1) * rowHeight,
          bottom: "auto",
          height: height - (row + 1) * rowHeight,
        }}
      />
      <div
        className={boardClasses.now}
        style={{ left, top: row * rowHeight, bottom: "auto", height: rowHeight }}
        data-testid="now"
      />
    </>
  );
}
