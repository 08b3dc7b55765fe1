/** What is known of the archive minute by minute: decoded, and looked up by time. */
import type { Heatmap, HeatmapDevice } from "@/api/types";
import { bytesOf } from "@/lib/byteSeries";
import type { Span } from "./span";

const UNKNOWN = 255;
const FULL = 254;

/** Cells of one length, the first at `from`. Series hold a byte a cell, 255: not known; null: none at all. */
export interface MinuteBlock extends Span {
  everyMs: number;
  frames: Uint8Array | null;
  motionMean: Uint8Array | null;
  motionPeak: Uint8Array | null;
  blackS: Uint8Array | null;
  frozenS: Uint8Array | null;
  missingS: Uint8Array | null;
  thumbnailS: Uint8Array | null;
}

/** One cell. */
export interface MinuteFacts {
  from: number;
  everyMs: number;
  /** 0 to 1, the mean share of the picture that moved; null: not analysed. */
  motion: number | null;
  blackS: number;
  frozenS: number;
  missingS: number;
  /** When the minute's thumbnail was taken; null: there is none. */
  thumbnailMs: number | null;
}

function series(text: string | undefined): Uint8Array | null {
  return text === undefined ? null : bytesOf(text);
}

/** The only device's row of a heatmap, decoded. */
export function decoded(heatmap: Heatmap): MinuteBlock {
  const row: Partial<HeatmapDevice> = heatmap.devices[0] ?? {};
  return {
    from: Date.parse(heatmap.from),
    to: Date.parse(heatmap.to),
    everyMs: heatmap.every_minutes * 60_000,
    frames: series(row.frames),
    motionMean: series(row.motion_mean),
    motionPeak: series(row.motion_peak),
    blackS: series(row.black_s),
    frozenS: series(row.frozen_s),
    missingS: series(row.missing_s),
    thumbnailS: series(row.thumbnail_s),
  };
}

/** The block that knows most of `ms`: the finest that holds it. */
export function blockAt(blocks: readonly MinuteBlock[], ms: number): MinuteBlock | undefined {
  let best: MinuteBlock | undefined;
  for (const block of blocks) {
    if (ms < block.from || ms >= block.to) continue;
    if (best === undefined || block.everyMs < best.everyMs) best = block;
  }
  return best;
}

/** What is known of the minute that holds `ms`. */
export function minuteAt(blocks: readonly MinuteBlock[], ms: number): MinuteFacts | null {
  const block = blockAt(blocks, ms);
  if (block === undefined) return null;
  const index = Math.floor((ms - block.from) / block.everyMs);
  if (block.frames === null || known(block.frames, index) === null) return null;
  const from = block.from + index * block.everyMs;
  const root = known(block.motionMean, index);
  const second = known(block.thumbnailS, index);
  return {
    from,
    everyMs: block.everyMs,
    motion: root === null ? null : (root / FULL) ** 2,
    blackS: known(block.blackS, index) ?? 0,
    frozenS: known(block.frozenS, index) ?? 0,
    missingS: known(block.missingS, index) ?? 0,
    thumbnailMs: second === null ? null : from + second * 1000,
  };
}

/** Whether the minute has a picture, or may have one: longer cells do not tell. */
export function hasPicture(blocks: readonly MinuteBlock[], ms: number): boolean {
  const minute = minuteAt(blocks, ms);
  return minute !== null && (minute.everyMs > 60_000 || minute.thumbnailMs !== null);
}

/** A cell of a series; null: not known. */
export function known(bytes: Uint8Array | null, index: number): number | null {
  const value = bytes?.[index];
  return value === undefined || value === UNKNOWN ? null : value;
}

/** The highest activity in [from, to), as the eye weighs it (root of the share that moved, 0 to 1). */
export function activityIn(blocks: readonly MinuteBlock[], from: number, to: number): number {
  let highest = 0;
  let at = from;
  while (at < to) {
    const block = blockAt(blocks, at);
    if (block === undefined) {
      at = nextBegin(blocks, at);
      continue;
    }
    const index = Math.floor((at - block.from) / block.everyMs);
    highest = Math.max(highest, (known(block.motionMean, index) ?? 0) / FULL);
    at = block.from + (index + 1) * block.everyMs;
  }
  return highest;
}

function nextBegin(blocks: readonly MinuteBlock[], ms: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const block of blocks) if (block.from > ms) next = Math.min(next, block.from);
  return next;
}
