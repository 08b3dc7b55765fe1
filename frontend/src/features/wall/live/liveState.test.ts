import { expect, it } from "vitest";
import { againAfterMs, looksLive, mayPlayLive } from "./liveState";

const playing = (behindMs: number | null, segmentMs: number | null = 1_000) =>
  ({ kind: "playing", behindMs, segmentMs }) as const;

it("the last seconds of a recorder that ended do not look live, nor does what stands still", () => {
  expect(looksLive(playing(41 * 60_000))).toBe(false);
  expect(looksLive(playing(8_500))).toBe(false);
  expect(looksLive(playing(1_900))).toBe(true);
});

it("pictures of a time that is not known do not look live", () => {
  expect(looksLive(playing(null))).toBe(false);
  expect(looksLive({ kind: "starting" })).toBe(false);
  expect(looksLive({ kind: "failed" })).toBe(false);
});

it("a device of long segments is live although it is further behind", () => {
  expect(looksLive(playing(20_000, 8_000))).toBe(true);
  expect(looksLive(playing(30_000, 8_000))).toBe(false);
  expect(looksLive(playing(7_000, null))).toBe(true);
});

it("live is not begun where nothing new can come", () => {
  for (const word of ["no source", "stopped", "host silent", "unknown"] as const)
    expect(mayPlayLive(word)).toBe(false);
  for (const word of ["live", "starting", "stalled", "frozen", "black", "waiting"] as const)
    expect(mayPlayLive(word)).toBe(true);
});

it("live that failed is begun again, the longer it fails the later, and not later than that", () => {
  expect([1, 2, 3, 4, 5, 20].map((failures) => Math.round(againAfterMs(failures)))).toEqual([
    2_500, 4_000, 6_400, 10_000, 10_000, 10_000,
  ]);
});
