/** Where a minute's picture lies in its hour's mosaic. */
import { type DeviceName, mediaPath } from "@/lib/deviceAddress";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Ten tiles a row, six rows, each of this size; minute m is in column m % 10, row ⌊m / 10⌋. */
export const MOSAIC = { columns: 10, rows: 6, tileWidth: 160, tileHeight: 90 };

export interface MosaicTile {
  /** The address of the hour's picture. */
  url: string;
  /** Which of its growing versions, by the minute; 0 where it does not change any more. */
  version: number;
  /** The tile's corner in it, in pixels. */
  x: number;
  y: number;
}

/** The tile of the minute that holds `ms`. The mosaic of the hour of `nowMs` still changes every minute. */
export function tileAt(name: DeviceName, ms: number, nowMs: number): MosaicTile {
  const hour = Math.floor(ms / HOUR_MS);
  const minute = Math.floor((ms - hour * HOUR_MS) / MINUTE_MS);
  const path = `heatmap/${new Date(hour * HOUR_MS).toISOString().slice(0, 13)}/mosaic.jpg`;
  // The hour's last minutes come in a little after it.
  const grows = nowMs - hour * HOUR_MS < HOUR_MS + 5 * MINUTE_MS;
  return {
    url: mediaPath(name, path),
    version: grows ? Math.floor(nowMs / MINUTE_MS) : 0,
    x: (minute % MOSAIC.columns) * MOSAIC.tileWidth,
    y: Math.floor(minute / MOSAIC.columns) * MOSAIC.tileHeight,
  };
}
