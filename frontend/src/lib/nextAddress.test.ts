import { expect, test } from "vitest";
import { isOutside, nextAddress, signInAddress } from "./nextAddress";

test("one goes on to where one was, with the moment that the address names", () => {
  expect(nextAddress("/devices/lab-1/cam?t=2026-11-21T03:12:05Z")).toBe(
    "/devices/lab-1/cam?t=2026-11-21T03:12:05Z",
  );
  expect(nextAddress("/hosts#lab-1")).toBe("/hosts#lab-1");
});

test.each([
  null,
  "",
  "wall",
  "https://example.com/wall",
  "//example.com/wall",
  "///example.com",
  "/\\example.com",
  "\\\\example.com",
  "/\t/example.com",
  "/\n/example.com",
  "/x/..//example.com",
  "/.//example.com",
  "javascript:alert(1)",
  " /wall",
])("what is no path of ours leads to the wall: %j", (next) => {
  expect(nextAddress(next)).toBe("/wall");
});

test("the sign-in page and the bare address lead to the wall, not round in a circle", () => {
  expect(nextAddress("/sign-in?next=%2Fhosts")).toBe("/wall");
  expect(nextAddress("/")).toBe("/wall");
});

test("the address of the sign-in page leads back", () => {
  const address = signInAddress("/devices/lab-1/cam?t=2026-11-21T03:12:05Z");
  expect(nextAddress(new URL(address, "http://x").searchParams.get("next"))).toBe(
    "/devices/lab-1/cam?t=2026-11-21T03:12:05Z",
  );
  expect(signInAddress("/wall")).toBe("/sign-in");
});

test("what the gateway serves beside these pages is loaded, all else is shown by the router", () => {
  expect(["/rq", "/rq/", "/rq/0/view/jobs"].every(isOutside)).toBe(true);
  expect(["/wall", "/rqs", "/jobs?next=/rq", "/"].some(isOutside)).toBe(false);
});
