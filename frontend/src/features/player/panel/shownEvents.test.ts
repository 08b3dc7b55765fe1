import { expect, test } from "vitest";
import type { ArchiveEvent, EventKind } from "../archive/events";
import { firstsOfDay, shownEvents } from "./shownEvents";

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
  const said = event("caption", 320_000);
  const { before, after } = shownEvents([...events, said], 210_000, true);
  expect([...before, ...after].map((one) => one.kind)).toEqual(["gap", "black"]);
});

test("of a long day only what is near is shown", () => {
  const many = Array.from({ length: 500 }, (_, index) => event("motion", index * 100_000));
  const { before, after } = shownEvents(many, 250 * 100_000, false);
  expect(before).toHaveLength(40);
  expect(after[0]?.from).toBe(251 * 100_000);
});

test("the day is said where it changes, and not of the play head's own", () => {
  const DAY = 86_400_000;
  const three = [0.5, 0.6, 1.2, 1.3, 3].map((days) => event("motion", days * DAY));
  expect([...firstsOfDay(three, 1.25 * DAY, "utc")]).toEqual([three[0], three[2], three[4]]);
  expect([...firstsOfDay(three.slice(2), 1.25 * DAY, "utc")]).toEqual([three[4]]);
});
