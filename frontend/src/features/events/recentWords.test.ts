import { expect, test } from "vitest";
import { mergingWords, recentWords, unmerged } from "./recentWords";

test("the line counts what is there, and says where there may be more", () => {
  expect(recentWords(1, 200, false)).toBe("1 recent caption is not merged yet");
  expect(recentWords(128, 200, false)).toBe("128 recent captions are not merged yet");
  expect(recentWords(200, 200, false)).toBe("200 or more recent captions are not merged yet");
  expect(recentWords(12, 200, true)).toBe("12 matching recent captions are not merged yet");
});

test("a camera is merged when it has fewer captions than when that was asked for", () => {
  const begun = new Map([
    ["cam_001", 40],
    ["cam_002", 3],
    ["cam_003", 7],
  ]);
  const now = new Map([
    ["cam_001", 42],
    ["cam_002", 1],
  ]);
  expect(unmerged({ begun, now })).toEqual(["cam_001"]);
  expect(mergingWords({ begun, now })).toBe("Merging captions of 3 cameras: 2 are done");
  expect(mergingWords({ begun, now: begun })).toBe("Merging captions of 3 cameras…");
  expect(mergingWords({ begun, now: new Map() })).toBe("Merged");
});
