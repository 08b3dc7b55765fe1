import { expect, test } from "vitest";
import { downText, lengthText, reasonText, sinceOf, uptimeText } from "./outages";

test("an uptime is 100 % only where no check failed", () => {
  expect(uptimeText(100)).toBe("100 %");
  expect(uptimeText(99.999)).toBe("99.99 %");
  expect(uptimeText(99.653)).toBe("99.65 %");
  expect(uptimeText(0)).toBe("0 %");
  expect(uptimeText(0.001)).toBe("0.01 %");
  expect(uptimeText(null)).toBe("Not known");
});

test("an outage says how long it was, and what is not known of its end", () => {
  const to = "2026-11-21T03:17:00Z";
  expect(lengthText({ seconds: 300, to, is_end_known: true })).toBe("5 min");
  expect(lengthText({ seconds: 300, to, is_end_known: false })).toContain("at least");
  expect(lengthText({ seconds: 300, to: null, is_end_known: false })).toBe("5 min, and it lasts");
  expect(downText(90)).toBe("1 min 30 s down");
});

test("a reason is a sentence, also where none is known", () => {
  expect(reasonText({ problem: "connection refused", problem_code: "refused" })).toBe("Connection refused.");
  expect(reasonText({ problem: null, problem_code: "timeout" })).toBe("Timeout.");
  expect(reasonText({ problem: null, problem_code: null })).toBe("The reason is not known.");
});

test("a camera is as it is since its newest outage began or ended", () => {
  const [from, to] = ["2026-11-21T03:12:00Z", "2026-11-21T03:17:00Z"];
  expect(sinceOf(false, { from, to: null, is_end_known: false })).toBe(from);
  expect(sinceOf(true, { from, to, is_end_known: true })).toBe(to);
  expect(sinceOf(true, { from, to, is_end_known: false })).toBeNull();
  expect(sinceOf(false, { from, to, is_end_known: true })).toBeNull();
  expect(sinceOf(true, undefined)).toBeNull();
});
