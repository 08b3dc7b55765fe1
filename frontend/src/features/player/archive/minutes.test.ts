import { expect, test } from "vitest";
import type { Heatmap } from "@/api/types";
import { activityIn, decoded, type MinuteBlock, minuteAt } from "./minutes";

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 10, 21, 14);
const base64 = (...bytes: number[]) => btoa(String.fromCharCode(...bytes));

function heatmap(row: Partial<Heatmap["devices"][number]>, every = 1): Heatmap {
  return {
    from: new Date(BEGIN).toISOString(),
    to: new Date(BEGIN + 3 * every * MINUTE).toISOString(),
    every_minutes: every,
    cells: 3,
    devices: [
      { device: "lab-1/street", label: "Street", group: null, group_id: null, removed: false, ...row },
    ],
  };
}

test("a minute's facts are read out of the series", () => {
  const block = decoded(
    heatmap({
      frames: base64(60, 0, 255),
      motion_mean: base64(127, 255, 255),
      black_s: base64(0, 60, 255),
      thumbnail_s: base64(12, 255, 255),
    }),
  );
  expect(minuteAt([block], BEGIN + 30_000)).toEqual({
    from: BEGIN,
    everyMs: MINUTE,
    motion: 0.25,
    blackS: 0,
    frozenS: 0,
    missingS: 0,
    thumbnailMs: BEGIN + 12_000,
  });
  expect(minuteAt([block], BEGIN + MINUTE)).toMatchObject({ motion: null, blackS: 60, thumbnailMs: null });
  expect(minuteAt([block], BEGIN + 2 * MINUTE)).toBeNull();
  expect(minuteAt([block], BEGIN - 1)).toBeNull();
});

test("nothing is known of a device without a row", () => {
  expect(minuteAt([decoded({ ...heatmap({}), devices: [] })], BEGIN)).toBeNull();
});

test("single minutes are taken before longer cells", () => {
  const coarse = decoded(heatmap({ frames: base64(60, 60, 60), motion_mean: base64(254, 254, 254) }, 10));
  const fine = decoded(heatmap({ frames: base64(60, 60, 60), motion_mean: base64(0, 127, 0) }));
  const blocks: MinuteBlock[] = [coarse, fine];
  expect(activityIn(blocks, BEGIN, BEGIN + 2 * MINUTE)).toBeCloseTo(0.5);
  expect(activityIn(blocks, BEGIN + 5 * MINUTE, BEGIN + 6 * MINUTE)).toBe(1);
});

test("the activity of a stretch is its highest, also where nothing is known between", () => {
  const block = decoded(heatmap({ frames: base64(60, 60, 60), motion_mean: base64(10, 255, 254) }));
  expect(activityIn([block], BEGIN - 10 * MINUTE, BEGIN + 10 * MINUTE)).toBe(1);
  expect(activityIn([], BEGIN, BEGIN + MINUTE)).toBe(0);
});
