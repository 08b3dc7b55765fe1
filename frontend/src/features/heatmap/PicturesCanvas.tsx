import { useLayoutEffect, useRef } from "react";
import classes from "./HourBoard.module.css";
import { KIND, kindOf } from "./minuteKind";
import { HOUR_MS, MINUTE_MS } from "./period";
import { mosaicHour, tileOf } from "./pictures";
import type { Minutes } from "./series";
import type { Mosaics } from "./useMosaics";

// A tile is no sharper than this.
const MOST_PX = 8192;

/** Every minute's picture of the hours, a row an hour. */
export function PicturesCanvas({
  hours,
  ofHours,
  ground,
  mosaics,
  width,
  rowHeight,
  label,
}: {
  hours: readonly number[];
  /** The minutes of each; what has no footage shows why instead. */
  ofHours: readonly Minutes[];
  /** The colour between pictures. */
  ground: string;
  mosaics: Mosaics;
  width: number;
  rowHeight: number;
  label: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { grid, images } = mosaics;
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (element === null || context === null || context === undefined) return;
    const ratio = Math.min(devicePixelRatio, MOST_PX / width);
    element.width = Math.round(width * ratio);
    element.height = Math.round(hours.length * rowHeight * ratio);
    if (grid === null) return;
    context.imageSmoothingQuality = "high";
    const [cellWidth, cellHeight] = [element.width / 60, rowHeight * ratio];
    hours.forEach((hourMs, row) => {
      for (let minute = 0; minute < 60; minute += 1) {
        const atMs = hourMs + minute * MINUTE_MS;
        const image = images.get(mosaicHour(Math.floor(atMs / HOUR_MS) * HOUR_MS));
        const tile = tileOf(atMs, grid);
        const minutes = ofHours[row];
        const kind = minutes === undefined ? KIND.unknown : kindOf(minutes, minute);
        const hasFootage = kind !== KIND.missing && kind !== KIND.unknown;
        if (image === undefined || tile === null || !hasFootage) continue;
        context.fillStyle = ground;
        context.fillRect(minute * cellWidth, row * cellHeight, cellWidth, cellHeight);
        const [tileWidth, tileHeight] = [image.width / grid.columns, image.height / grid.rows];
        context.drawImage(
          image,
          tile.column * tileWidth,
          tile.row * tileHeight,
          tileWidth,
          tileHeight,
          minute * cellWidth,
          row * cellHeight + 1,
          cellWidth - 1,
          cellHeight - 2,
        );
      }
    });
  }, [hours, ofHours, ground, grid, images, width, rowHeight]);
  return (
    <canvas
      ref={canvas}
      className={classes.canvas}
      role="img"
      aria-label={label}
      style={{ width, height: hours.length * rowHeight }}
    />
  );
}
