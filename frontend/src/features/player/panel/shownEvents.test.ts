import { expect, test } from "vitest";
import type { ArchiveEvent, EventKind } from "../archive/events";
import { shownEvents } from "./shownEvents";

const event = (kind: EventKind, from: number): ArchiveEvent => ({
  kind,
  from,
  to: from + 60_000,
  atMs: from,
  sentence: "",
});
const events = [event("motion", 0), event("gap", 100_000), event("motion", 200_000), event("black", 300_000)];

test("what has begun is before the play head, and what it is in is marked", () => {
  const { before, after, current } = shownEvents(events, 210_000, false);
  expect(before).toHaveLength(3);
  expect(after).toEqual([events[3]]);
  expect(current).toBe(events[2]);
  expect(shownEvents(events, 290_000, false).current).toBeUndefined();
});

test("only incidents are gaps, black and frozen pictures", () => {
  const { before, after } = shownEvents(events, 210_000, true);
  expect([...before, ...after].map((one) => one.kind)).toEqual(["gap", "black"]);
});

test("of a long day only what is near is shown", () => {
  const many = Array.from({ length: 500 }, (_, index) => event("motion", index * 100_000));
  const { before, after } = shownEvents(many, 250 * 100_000, false);
  expect(before).toHaveLength(40);
  expect(after[0]?.from).toBe(251 * 100_000);
});
