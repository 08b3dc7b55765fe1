/** Where a minute's picture is among an hour's mosaic, and when none is worth asking for. */
import { KIND, kindOf } from "./minuteKind";
import { HOUR_MS, MINUTE_MS } from "./period";
import type { Row } from "./rows";
import { type Minutes, UNKNOWN } from "./series";

/** How an hour's mosaic is divided. */
export interface MosaicGrid {
  columns: number;
  rows: number;
}

/** The minute's tile, counted from the mosaic's upper left: mosaics are of hours of UTC, a tile a minute. */
export function tileOf(atMs: number, { columns, rows }: MosaicGrid): { column: number; row: number } | null {
  const minute = Math.floor((atMs % HOUR_MS) / MINUTE_MS);
  if (columns < 1 || minute >= columns * rows) return null;
  return { column: minute % columns, row: Math.floor(minute / columns) };
}

/** `2026-11-21T14`: an hour of UTC as mosaics name it. */
export function mosaicHour(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 13);
}

/** Why a minute has no picture, in words; null: it may have one. */
export function whyNoPicture(
  row: Pick<Row, "minutes" | "word" | "host" | "removed">,
  minute: number,
): string | null {
  const kind = kindOf(row.minutes, minute);
  if (kind === KIND.missing) return "No footage of this minute";
  if (kind === KIND.unknown) return "Nothing reported of this minute";
  if (row.word === "host silent") return `Picture not reachable now: ${row.host} is silent`;
  return null;
}

/** When, within its minute, most moved; null: the minute has no picture. `series` begins with that minute. */
export function pictureTime(series: Uint8Array, minute: number, atMs: number): number | null {
  const second = series[minute] ?? UNKNOWN;
  return second === UNKNOWN ? null : atMs + Math.min(59, second) * 1000;
}

/** Some of a device's minutes, without copying them. */
export function slice(minutes: Minutes, from: number, to: number): Minutes {
  return {
    frames: minutes.frames.subarray(from, to),
    activity: minutes.activity.subarray(from, to),
    black: minutes.black.subarray(from, to),
    frozen: minutes.frozen.subarray(from, to),
    missing: minutes.missing.subarray(from, to),
    pictureSecond: minutes.pictureSecond.subarray(from, to),
  };
}
