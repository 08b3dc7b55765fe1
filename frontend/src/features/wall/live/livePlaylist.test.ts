import { expect, it } from "vitest";
import { withTrueTarget } from "./livePlaylist";

const playlist = (target: number, ...durations: string[]) =>
  [
    "#EXTM3U",
    `#EXT-X-TARGETDURATION:${target}`,
    ...durations.map((each, n) => `#EXTINF:${each},\nsegment_${n}.ts`),
  ].join("\n");

it("a live playlist's target is that of its longest segment", () => {
  expect(withTrueTarget(playlist(8, "1.000", "1.011"))).toBe(playlist(1, "1.000", "1.011"));
  expect(withTrueTarget(playlist(8, "3.520", "3.520"))).toBe(playlist(4, "3.520", "3.520"));
  expect(withTrueTarget(playlist(8, "0.200"))).toBe(playlist(1, "0.200"));
});

it("a playlist without segments stays as it is", () => {
  expect(withTrueTarget(playlist(8))).toBe(playlist(8));
});
