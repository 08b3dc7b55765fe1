import { expect, test } from "vitest";
import { stripOf } from "./strip";

const event = (id: string, start: number, end: number, brief = false) => ({
  event_id: id,
  start_time: new Date(start * 1000).toISOString(),
  end_time: new Date(end * 1000).toISOString(),
  brief,
});

test("events are blocks to scale", () => {
  expect(stripOf([event("a", 100, 150), event("b", 180, 200, true)])).toEqual({
    fromMs: 100_000,
    toMs: 200_000,
    blocks: [
      { id: "a", left: 0, width: 0.5, isBrief: false },
      { id: "b", left: 0.8, width: 0.2, isBrief: true },
    ],
  });
});

test("a strip ends where its longest event does", () => {
  expect(stripOf([event("a", 0, 90), event("b", 10, 20)])?.toMs).toBe(90_000);
});

test("events of one moment have a place, and no events have no strip", () => {
  expect(stripOf([event("a", 5, 5)])?.blocks).toEqual([{ id: "a", left: 0, width: 0, isBrief: false }]);
  expect(stripOf([])).toBeNull();
});
