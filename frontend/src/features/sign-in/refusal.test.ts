import { expect, test } from "vitest";
import { ApiError } from "@/api/errors";
import { refusalOf } from "./refusal";

const NOW = Date.UTC(2026, 10, 21, 3, 12);

function refused(status: number, details: Record<string, unknown> = {}): ApiError {
  return new ApiError({ status, code: "x", message: "It is so.", remedy: "Do this.", details });
}

test("a wrong login does not tell which of both was wrong", () => {
  expect(refusalOf(refused(401), NOW).sentence).toMatch(/^User name or password is wrong\./);
});

test("after too many failures it is said how long to wait", () => {
  expect(refusalOf(refused(429, { retry_after_s: 42 }), NOW).until).toBe(NOW + 42_000);
  expect(refusalOf(refused(429), NOW).until).toBe(NOW + 5_000);
});

test("a gateway that is away is called that, and one may try again at once", () => {
  const refusal = refusalOf(refused(0), NOW);
  expect(refusal.sentence).toContain("does not answer");
  expect(refusal.until).toBe(0);
});

test("all else is told in the gateway's own words", () => {
  expect(refusalOf(refused(503), NOW).sentence).toBe("It is so. Do this.");
  expect(refusalOf(new TypeError("x"), NOW).sentence).toContain("Load it again");
});
