import { expect, test } from "vitest";
import { endsBeforeItBegins, fieldOf, ofField, periodOf, spanEnds } from "./period";

// A Friday, 21:47:32.
const NOW = Date.UTC(2026, 10, 20, 21, 47, 32);
const period = (address: string) => periodOf(new URLSearchParams(address), NOW, "utc");

test("named periods end now or with their day", () => {
  expect(period("period=1h")).toEqual({ from: NOW - 3_600_000, to: null });
  expect(period("period=today")).toEqual({ from: Date.UTC(2026, 10, 20), to: null });
  expect(period("period=yesterday")).toEqual({ from: Date.UTC(2026, 10, 19), to: Date.UTC(2026, 10, 20) });
  expect(period("period=7d")).toEqual({ from: NOW - 7 * 86_400_000, to: null });
});

test("without a period, or with one that does not exist, all time is meant", () => {
  expect(period("")).toEqual({ from: null, to: null });
  expect(period("period=9y&from=2026-11-20T12:00:00Z")).toEqual({ from: null, to: null });
});

test("a span has the ends that the address names; what is no time is left out", () => {
  const both = period("period=span&from=2026-11-20T12:00:00Z&to=2026-11-20T13:30:00Z");
  expect(both).toEqual({ from: Date.UTC(2026, 10, 20, 12), to: Date.UTC(2026, 10, 20, 13, 30) });
  expect(period("period=span&from=soon&to=2026-11-20T13:30:00Z").from).toBeNull();
  expect(period("period=span&from=2026-11-20T12:00:00Z&to=2026-11-20T11:00:00Z").to).toBeNull();
});

test("an end before the begin does not count, and stays to be seen and set right", () => {
  const wrong = spanEnds(new URLSearchParams("from=2026-11-20T12:00:00Z&to=2026-11-20T11:00:00Z"));
  expect(wrong.to).toBe(Date.UTC(2026, 10, 20, 11));
  expect(endsBeforeItBegins(wrong)).toBe(true);
  expect(endsBeforeItBegins({ ...wrong, to: Date.UTC(2026, 10, 20, 13) })).toBe(false);
  expect(endsBeforeItBegins({ from: null, to: wrong.to })).toBe(false);
});

test("a field's text and its moment are each other's", () => {
  const ms = Date.UTC(2026, 10, 20, 9, 5);
  expect(fieldOf(ms, "utc")).toBe("2026-11-20T09:05");
  expect(ofField("2026-11-20T09:05", "utc")).toBe(ms);
  expect(ofField(fieldOf(ms, "local"), "local")).toBe(ms);
  expect(fieldOf(null, "utc")).toBe("");
});

test("what is typed only half is no moment yet", () => {
  expect(ofField("", "utc")).toBeNull();
  expect(ofField("0002-11-20T09:05", "utc")).toBeNull();
});
