import { expect, test } from "vitest";
import { isEmpty, trouble } from "./trouble";

const street = { host: "lab-1", device: "street" };
const live = {
  mode: "live",
  isPlaying: true,
  sentence: null,
  behindLiveMs: 4_000,
  status: "playing",
} as const;
const stopped = { word: "stopped", sentence: "Stopped by olga.", label: "Street" } as const;

test("of a fresh live picture nothing is said", () => {
  expect(trouble(live, { ...stopped, word: "live", sentence: "Recording." }, street)).toBeNull();
});

test("the last picture of a stopped device is old, and the device's own sentence says why", () => {
  expect(trouble({ ...live, behindLiveMs: 90_000 }, stopped, street)).toEqual({
    sentence: "Street: Stopped by olga.",
    isOld: true,
  });
});

test("where its host says that nothing comes a picture is old sooner than where it says that it records", () => {
  const playback = { ...live, behindLiveMs: 15_000 };
  expect(trouble(playback, { ...stopped, word: "no source" }, street)?.isOld).toBe(true);
  expect(trouble(playback, { ...stopped, word: "live" }, street)).toBeNull();
  expect(trouble(live, { ...stopped, word: "no source" }, street)).toBeNull();
});

test("the archive of a stopped device is as good as ever", () => {
  expect(trouble({ ...live, mode: "archive", behindLiveMs: 90_000 }, stopped, street)).toBeNull();
});

test("a live picture that grows old without a known reason says what is waited for", () => {
  expect(trouble({ ...live, behindLiveMs: 90_000 }, null, street)).toEqual({
    sentence: "Waiting for new pictures from lab-1…",
    isOld: true,
  });
});

test("a device without footage is empty, one whose host does not answer is not", () => {
  const failed = { hasNoFootage: false, status: "failed", timeMs: null } as const;
  expect(isEmpty(failed, { newest_segment_at: null })).toBe(true);
  expect(isEmpty(failed, { newest_segment_at: "2026-11-21T10:00:00Z" })).toBe(false);
  expect(isEmpty(failed, null)).toBe(false);
  expect(isEmpty({ ...failed, status: "loading" }, { newest_segment_at: null })).toBe(false);
});
