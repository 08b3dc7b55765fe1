import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { noteServerTime, serverNow } from "./serverClock";

const VIEWER_MS = Date.parse("2026-11-21T12:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ now: VIEWER_MS });
});

afterEach(() => {
  vi.useRealTimers();
});

test("now is the gateway's, however wrong the viewer's clock is", () => {
  noteServerTime("Sat, 21 Nov 2026 12:10:00 GMT", VIEWER_MS, VIEWER_MS + 20);
  expect(Math.abs(serverNow() - Date.parse("2026-11-21T12:10:00Z"))).toBeLessThan(1_000);
});

test("what whole seconds make of a difference does not move it to and fro", () => {
  noteServerTime("Sat, 21 Nov 2026 12:10:00 GMT", VIEWER_MS, VIEWER_MS);
  const before = serverNow();
  noteServerTime("Sat, 21 Nov 2026 12:09:59 GMT", VIEWER_MS, VIEWER_MS);
  noteServerTime("Sat, 21 Nov 2026 12:10:01 GMT", VIEWER_MS, VIEWER_MS);
  expect(serverNow()).toBe(before);
});

test("a clock that is set right is followed; an answer that took long says too little", () => {
  noteServerTime("Sat, 21 Nov 2026 12:00:00 GMT", VIEWER_MS, VIEWER_MS);
  const right = serverNow();
  expect(Math.abs(right - VIEWER_MS)).toBeLessThan(1_000);
  noteServerTime("Sat, 21 Nov 2026 13:00:00 GMT", VIEWER_MS, VIEWER_MS + 5_000);
  noteServerTime(null, VIEWER_MS, VIEWER_MS);
  expect(serverNow()).toBe(right);
});
