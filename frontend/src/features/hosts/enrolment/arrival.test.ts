import { expect, test } from "vitest";
import { hasArrived } from "./arrival";

const MADE = Date.parse("2026-11-21T14:00:00Z");

test("a host has arrived when it enrolled after its token was made", () => {
  expect(hasArrived({ enrolled_at: "2026-11-21T14:01:00Z", state: "online" }, MADE)).toBe(true);
});

test("the host that it replaces has not arrived", () => {
  expect(hasArrived({ enrolled_at: "2026-11-20T08:00:00Z", state: "online" }, MADE)).toBe(false);
  expect(hasArrived({ enrolled_at: null, state: "offline" }, MADE)).toBe(false);
  expect(hasArrived({ enrolled_at: "2026-11-21T14:01:00Z", state: "revoked" }, MADE)).toBe(false);
});
