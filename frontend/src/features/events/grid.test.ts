import { expect, test } from "vitest";
import { byDay, cardTowards } from "./grid";
import { eventAt } from "./testEvent";

const NIGHT = Date.UTC(2026, 10, 20, 23, 58);

test("a new part begins wherever the day changes", () => {
  const events = [eventAt(NIGHT + 180_000), eventAt(NIGHT + 60_000), eventAt(NIGHT)];
  const days = byDay(events, "utc");
  expect(days.map(({ dayMs }) => dayMs)).toEqual([Date.UTC(2026, 10, 21), Date.UTC(2026, 10, 20)]);
  expect(days.flatMap((day) => day.events)).toEqual(events);
});

// Two rows of three and two, then another day's row of one.
const PLACES = [
  { left: 0, top: 0 },
  { left: 100, top: 0 },
  { left: 200, top: 0 },
  { left: 0, top: 80 },
  { left: 100, top: 80 },
  { left: 0, top: 200 },
];

test("arrows lead to the neighbour, and to the nearest card of the row above or below", () => {
  expect(cardTowards(PLACES, 1, "ArrowRight")).toBe(2);
  expect(cardTowards(PLACES, 1, "ArrowLeft")).toBe(0);
  expect(cardTowards(PLACES, 1, "ArrowDown")).toBe(4);
  expect(cardTowards(PLACES, 2, "ArrowDown")).toBe(4);
  expect(cardTowards(PLACES, 4, "ArrowDown")).toBe(5);
  expect(cardTowards(PLACES, 5, "ArrowUp")).toBe(3);
  expect(cardTowards(PLACES, 4, "ArrowUp")).toBe(1);
});

test("at an edge one stays, and other keys do not move", () => {
  expect(cardTowards(PLACES, 0, "ArrowUp")).toBe(0);
  expect(cardTowards(PLACES, 5, "ArrowDown")).toBe(5);
  expect(cardTowards(PLACES, 5, "ArrowRight")).toBe(5);
  expect(cardTowards(PLACES, 2, "Home")).toBe(0);
  expect(cardTowards(PLACES, 2, "End")).toBe(5);
  expect(cardTowards(PLACES, 2, "a")).toBeNull();
});

test("from nowhere the first card is reached, and nothing where there is none", () => {
  expect(cardTowards(PLACES, -1, "ArrowDown")).toBe(0);
  expect(cardTowards(PLACES, -1, "ArrowUp")).toBeNull();
  expect(cardTowards([], -1, "ArrowDown")).toBeNull();
});
