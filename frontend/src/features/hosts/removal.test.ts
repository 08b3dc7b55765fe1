import { expect, test } from "vitest";
import { removalSentences } from "./removal";

test("a host with devices takes them along", () => {
  expect(removalSentences(1).goes).toMatch(/^The host and 1 device leave the wall/);
  expect(removalSentences(36).goes).toMatch(/^The host and 36 devices leave the wall/);
});

test("a host without devices leaves alone", () => {
  expect(removalSentences(0).goes).toMatch(/^The host leaves the wall/);
});

test("it says what stays, whatever it had", () => {
  expect(removalSentences(0).stays).toBe(removalSentences(3).stays);
  expect(removalSentences(3).stays).toContain("heatmap");
});
