/** Minutes as the gateway sends them: base64 of a byte a minute, from several answers into one row. */
import type { Heatmap, HeatmapDevice } from "@/api/types";
import { bytesOf } from "@/lib/byteSeries";
import { MINUTE_MS } from "./period";

/** What a byte is where nothing is known, or nothing was analysed. */
export const UNKNOWN = 255;
/** The largest byte that is a value: activity has 0 to this. */
export const MOST = 254;

/** The share of the picture that moved, 0 to 1, from a byte of activity that is a value. */
export function moved(level: number): number {
  return (level / MOST) ** 2;
}

/** A device's minutes: byte i of each series is minute i of the period. */
export interface Minutes {
  /** Pictures; UNKNOWN: nothing is known of the minute. */
  frames: Uint8Array;
  /** Activity, 0 to MOST: the square root of the share of the picture that moved. UNKNOWN: not analysed. */
  activity: Uint8Array;
  /** Seconds, 0 to 60, of what the name says; UNKNOWN: not analysed. */
  black: Uint8Array;
  frozen: Uint8Array;
  missing: Uint8Array;
  /** The second at which most moved; UNKNOWN: no picture. Only where it was asked for. */
  pictureSecond: Uint8Array;
}

type SeriesOf = (device: HeatmapDevice) => string | undefined;

// What a series that was left out stands for.
const SERIES: Record<keyof Minutes, { of: SeriesOf; absent: number }> = {
  frames: { of: (device) => device.frames, absent: UNKNOWN },
  activity: { of: (device) => device.motion_mean, absent: UNKNOWN },
  black: { of: (device) => device.black_s, absent: 0 },
  frozen: { of: (device) => device.frozen_s, absent: 0 },
  missing: { of: (device) => device.missing_s, absent: 0 },
  pictureSecond: { of: (device) => device.thumbnail_s, absent: UNKNOWN },
};

/** A device's minutes of a period, nothing known yet. */
export function unknownMinutes(count: number): Minutes {
  const empty = () => new Uint8Array(count).fill(UNKNOWN);
  return {
    frames: empty(),
    activity: empty(),
    black: empty(),
    frozen: empty(),
    missing: empty(),
    pictureSecond: empty(),
  };
}

/** One device of several answers. */
export interface MergedDevice {
  /** `lab-1/street`. */
  device: string;
  label: string;
  group: string | null;
  groupId: string | null;
  removed: boolean;
  minutes: Minutes;
}

/** The devices of `answers` with their minutes from `fromMs` on; where answers overlap the later one holds. */
export function merge(answers: readonly Heatmap[], fromMs: number, count: number): Map<string, MergedDevice> {
  const devices = new Map<string, MergedDevice>();
  for (const answer of answers) {
    const shift = Math.round((Date.parse(answer.from) - fromMs) / MINUTE_MS);
    for (const device of answer.devices) {
      const minutes = devices.get(device.device)?.minutes ?? unknownMinutes(count);
      for (const name of names) place(minutes[name], device, name, shift, answer.cells);
      devices.set(device.device, {
        device: device.device,
        label: device.label,
        group: device.group,
        groupId: device.group_id,
        removed: device.removed,
        minutes,
      });
    }
  }
  return devices;
}

const names: (keyof Minutes)[] = ["frames", "activity", "black", "frozen", "missing", "pictureSecond"];

function place(
  into: Uint8Array,
  device: HeatmapDevice,
  name: keyof Minutes,
  shift: number,
  cells: number,
): void {
  const { of, absent } = SERIES[name];
  const first = Math.max(0, shift);
  const last = Math.min(into.length, shift + cells);
  if (last <= first) return;
  const bytes = decodedSeries(device, name, of(device));
  if (bytes === undefined) into.fill(absent, first, last);
  else into.set(bytes.subarray(first - shift, last - shift), first);
}

// The settled part stays the same while the period moves on: it is decoded once.
const decodedBefore = new WeakMap<HeatmapDevice, Map<keyof Minutes, Uint8Array>>();

function decodedSeries(device: HeatmapDevice, name: keyof Minutes, text: string | undefined) {
  if (text === undefined) return undefined;
  const series = decodedBefore.get(device) ?? new Map<keyof Minutes, Uint8Array>();
  decodedBefore.set(device, series);
  const bytes = series.get(name) ?? bytesOf(text);
  series.set(name, bytes);
  return bytes;
}
