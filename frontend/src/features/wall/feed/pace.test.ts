import { expect, it } from "vitest";
import { restAfter } from "./pace";

const FINE = { tookMs: 40, failures: 0, isHidden: false };

it("asks once a second, whatever the answer took", () => {
  expect(restAfter(FINE)).toBe(960);
  expect(restAfter({ ...FINE, tookMs: 600 })).toBe(400);
});

it("rests also behind answers that take longer than a second", () => {
  expect(restAfter({ ...FINE, tookMs: 5_000 })).toBe(250);
});

it("asks seldom while nobody sees the page", () => {
  expect(restAfter({ ...FINE, isHidden: true })).toBe(15_000);
});

it("asks less and less often while it fails, and never gives up", () => {
  const rests = [1, 2, 3, 4, 50].map((failures) => restAfter({ ...FINE, failures }));
  expect(rests).toEqual([2_000, 4_000, 8_000, 10_000, 10_000]);
});
