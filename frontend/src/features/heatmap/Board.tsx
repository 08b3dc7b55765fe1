import { useElementSize, useMediaQuery, useMergedRef } from "@mantine/hooks";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { playerPath } from "@/lib/deviceAddress";
import { count } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import { startOfDay } from "@/lib/zone";
import { Band } from "./Band";
import classes from "./Board.module.css";
import { type Sought, soughtAt } from "./found";
import { BAND_ROWS, bandsInSight, type Cell, middleOf, scrollTo } from "./layout";
import { MinuteCard } from "./MinuteCard";
import { MINUTE_MS, minutesOf, type Period } from "./period";
import { RowLabel } from "./RowLabel";
import { Ruler } from "./Ruler";
import type { Row } from "./rows";
import { Summary } from "./Summary";
import { useCursor } from "./useCursor";
import { usePalette } from "./usePalette";

const WIDE = { rowHeight: 40, stripTop: 3, stripHeight: 34, names: 216, least: 480 };
// On phones a row's words stand above its minutes, which get the whole width.
const NARROW = { rowHeight: 60, stripTop: 24, stripHeight: 32, names: 0, least: 720 };
const END_PX = 16;

/** Rows of minutes under a ruler. `search`: the page's, for links that keep its day. */
export function Board({
  rows,
  period,
  nowMs,
  isWaiting,
  zoom,
  search,
  sought,
}: {
  rows: readonly Row[];
  period: Period;
  nowMs: number;
  isWaiting: boolean;
  /** How many times wider than the window. */
  zoom: number;
  search: string;
  /** What is searched for, and what was found; null: nothing is. */
  sought: Sought | null;
}) {
  const sheet = useRef<HTMLElement>(null);
  const { ref: measured, width: roomWidth, height: roomHeight } = useElementSize<HTMLElement>();
  const sheetRef = useMergedRef(sheet, measured);
  const [scroll, setScroll] = useState({ left: 0, top: 0 });
  const isNarrow = useMediaQuery("(max-width: 640px)", undefined, { getInitialValueInEffect: false });
  const { rowHeight, stripTop, stripHeight, names, least } = isNarrow ? NARROW : WIDE;
  const width = Math.max(least, roomWidth - names - (isNarrow ? 0 : END_PX)) * zoom;
  const height = rows.length * rowHeight;
  const minutes = minutesOf(period);
  const palette = usePalette();
  const navigate = useNavigate();
  const { zone } = useZone();

  const timeOf = (cell: Cell) => period.fromMs + cell.minute * MINUTE_MS;
  const xOf = (ms: number) => ((ms - period.fromMs) / (period.toMs - period.fromMs)) * width;
  const open = (cell: Cell) => {
    const row = rows[cell.row];
    if (row !== undefined) void navigate(playerPath(row, timeOf(cell)));
  };
  const lastMinute = Math.max(0, Math.min(minutes, Math.floor((nowMs - period.fromMs) / MINUTE_MS)) - 1);
  const has = (cell: Cell) => timeOf(cell) <= nowMs;
  const firstMinute = Math.floor(period.fromMs / MINUTE_MS);
  const area = { width, rowHeight, rows: rows.length, minutes, lastMinute, firstMinute, rowMinutes: 0, has };
  const { cursor, handlers } = useCursor(area, Math.max(1, Math.floor(roomHeight / rowHeight) - 1), open);
  const row = cursor === null ? undefined : rows[cursor.cell.row];

  useShowsCursor(sheet, cursor?.by === "keys" ? cursor.cell : null, { ...area, names });
  const middle = useRef<number>(null);
  const seen = roomWidth - names;
  // Where the sheet is narrower than its hours, the newest come first; then one stays at what one looks at.
  useLayoutEffect(() => {
    const element = sheet.current;
    if (element === null || seen <= 0) return;
    element.scrollLeft = middle.current === null ? width : scrollTo(middle.current, width, seen);
    middle.current ??= middleOf(element.scrollLeft, width, seen);
  }, [seen, width]);
  useEffect(() => {
    if (!isWaiting && palette !== null && roomWidth > 0) performance.mark("heatmap-painted");
  }, [isWaiting, palette, roomWidth]);

  const [firstBand, lastBand] = bandsInSight(scroll.top, roomHeight, rowHeight, rows.length);
  const bands = Array.from({ length: lastBand - firstBand + 1 }, (_, index) => firstBand + index);
  const inSight = rows.slice(firstBand * BAND_ROWS, (lastBand + 1) * BAND_ROWS);
  const midnight = startOfDay(period.toMs - 1, zone);
  const cellWidth = Math.max(5, width / minutes);
  return (
    <div className={classes.stage}>
      <section
        ref={sheetRef}
        className={classes.sheet}
        onScroll={({ currentTarget: { scrollLeft, scrollTop } }) => {
          middle.current = middleOf(scrollLeft, width, seen);
          setScroll({ left: scrollLeft, top: scrollTop });
        }}
        aria-label="Devices and hours"
      >
        <div
          className={classes.board}
          style={{
            gridTemplateColumns: isNarrow ? "100%" : `${names}px ${width + END_PX}px`,
            width: isNarrow ? width : undefined,
          }}
        >
          {!isNarrow && <div className={classes.corner}>{count(rows.length, "device")}</div>}
          <div className={classes.hours}>
            <Ruler
              period={period}
              width={width}
              nowMs={nowMs}
              cursorMs={cursor === null ? null : timeOf(cursor.cell)}
            />
          </div>
          <ul
            className={classes.names}
            style={isNarrow ? { gridArea: "2 / 1", width: roomWidth, height: 0 } : { height }}
          >
            {inSight.map((one, index) => {
              const place = firstBand * BAND_ROWS + index;
              return (
                <li
                  key={one.name}
                  style={{ top: place * rowHeight, height: isNarrow ? stripTop : rowHeight }}
                >
                  <RowLabel row={one} search={search} isUnder={place === cursor?.cell.row} />
                </li>
              );
            })}
          </ul>
          <div
            className={classes.cells}
            style={{ width, height, ...(isNarrow && { gridArea: "2 / 1" }) }}
            role="application"
            aria-roledescription="heatmap"
            aria-label="Minutes of the devices. Arrow keys move, Enter plays."
            // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keys itself
            tabIndex={0}
            {...handlers}
          >
            {isWaiting
              ? inSight.map((one, index) => (
                  <div
                    key={one.name}
                    className={classes.waiting}
                    style={{
                      top: (firstBand * BAND_ROWS + index) * rowHeight + stripTop,
                      height: stripHeight,
                    }}
                  />
                ))
              : palette !== null &&
                bands.map((band) => (
                  <Band
                    key={band}
                    rows={rows.slice(band * BAND_ROWS, (band + 1) * BAND_ROWS)}
                    top={band * BAND_ROWS * rowHeight}
                    {...{ minutes, width, rowHeight, stripTop, stripHeight, palette }}
                  />
                ))}
            {nowMs < period.toMs - MINUTE_MS && nowMs > period.fromMs && (
              <div className={classes.future} style={{ left: xOf(nowMs) }} />
            )}
            {midnight > period.fromMs && <div className={classes.midnight} style={{ left: xOf(midnight) }} />}
            {nowMs >= period.fromMs && nowMs <= period.toMs && (
              <div className={classes.now} style={{ left: xOf(nowMs) }} data-testid="now" />
            )}
            {cursor !== null && (
              <>
                <div className={classes.crosshair} style={{ left: xOf(timeOf(cursor.cell)) }} />
                <div
                  className={classes.cell}
                  style={{
                    left: xOf(timeOf(cursor.cell)) - 1.5,
                    top: cursor.cell.row * rowHeight + stripTop - 2,
                    width: cellWidth + 3,
                    height: stripHeight + 4,
                  }}
                />
              </>
            )}
          </div>
        </div>
        {!isWaiting && <Summary rows={inSight} />}
      </section>
      {cursor !== null && row !== undefined && (
        <MinuteCard
          row={row}
          minute={cursor.cell.minute}
          atMs={timeOf(cursor.cell)}
          isAnnounced={cursor.by === "keys"}
          sought={soughtAt(sought, row, cursor.cell.minute)}
          beside={{
            left: names + xOf(timeOf(cursor.cell)) - scroll.left,
            top: 28 + cursor.cell.row * rowHeight - scroll.top,
            width: cellWidth,
            height: rowHeight,
          }}
          room={{ left: names, top: 32, width: roomWidth - names - 4, height: roomHeight - 36 }}
        />
      )}
    </div>
  );
}

/** Scrolls the cell that the keys have reached into sight. */
function useShowsCursor(
  sheet: React.RefObject<HTMLElement | null>,
  cell: Cell | null,
  area: { width: number; rowHeight: number; minutes: number; names: number },
): void {
  const latest = useRef(area);
  latest.current = area;
  useEffect(() => {
    const element = sheet.current;
    if (element === null || cell === null) return;
    const { width, rowHeight, minutes, names } = latest.current;
    const x = (cell.minute / minutes) * width;
    const seen = element.clientWidth - names;
    if (x < element.scrollLeft) element.scrollLeft = x - seen / 4;
    else if (x > element.scrollLeft + seen - 8) element.scrollLeft = x - (3 * seen) / 4;
    const top = cell.row * rowHeight;
    const tall = element.clientHeight - 28;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + tall) element.scrollTop = top + rowHeight - tall;
  }, [sheet, cell]);
}
