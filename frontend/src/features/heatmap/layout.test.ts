import { describe, expect, test } from "vitest";
import {
  atSameMinute,
  BAND_ROWS,
  bandsInSight,
  cardPlace,
  cellAt,
  middleOf,
  moved,
  scrollTo,
} from "./layout";

const AREA = { width: 1440, rowHeight: 40, rows: 3, minutes: 1440 };

test("a place is its row and minute, the edges included at the left and above", () => {
  expect(cellAt(0, 0, AREA)).toEqual({ row: 0, minute: 0 });
  expect(cellAt(1439.9, 119.9, AREA)).toEqual({ row: 2, minute: 1439 });
  expect(cellAt(720, 40, { ...AREA, width: 720 })).toBeNull();
  expect(cellAt(719.9, 40, { ...AREA, width: 720 })).toEqual({ row: 1, minute: 1439 });
});

test("outside there is none", () => {
  expect(cellAt(-1, 0, AREA)).toBeNull();
  expect(cellAt(0, 120, AREA)).toBeNull();
  expect(cellAt(0, -0.5, AREA)).toBeNull();
});

test("what is in the middle stays there as hours grow wider, or the window narrower", () => {
  const middle = middleOf(1_000, 2_880, 800);
  expect(scrollTo(middle, 2_880, 800)).toBeCloseTo(1_000);
  expect(scrollTo(middle, 5_760, 800)).toBeCloseTo(2 * 1_400 - 400);
  expect(scrollTo(middle, 2_880, 400)).toBeCloseTo(1_200);
});

test("of a thousand rows only the bands in sight are there", () => {
  const [first, last] = bandsInSight(20_000, 800, 40, 1000);
  expect((first + 1) * BAND_ROWS * 40).toBeLessThanOrEqual(20_000);
  expect(last * BAND_ROWS * 40).toBeGreaterThanOrEqual(20_800 - BAND_ROWS * 40);
  expect(last - first).toBeLessThanOrEqual(4);
  expect(bandsInSight(0, 800, 40, 6)).toEqual([0, 0]);
});

test("keys move by minutes and rows and stop at the edges", () => {
  const area = { rows: 3, minutes: 1440, pageRows: 2, lastMinute: 1400 };
  const press = (key: string, shiftKey = false) => moved({ row: 1, minute: 5 }, { key, shiftKey }, area);
  expect(press("ArrowLeft")).toEqual({ row: 1, minute: 4 });
  expect(press("ArrowLeft", true)).toEqual({ row: 1, minute: 0 });
  expect(press("ArrowDown")).toEqual({ row: 2, minute: 5 });
  expect(press("PageDown")).toEqual({ row: 2, minute: 5 });
  expect(press("PageUp")).toEqual({ row: 0, minute: 5 });
  expect(press("Home")).toEqual({ row: 1, minute: 0 });
  expect(press("End")).toEqual({ row: 1, minute: 1400 });
  expect(press("a")).toBeNull();
});

test("the card is below its row, above it near the end, and never out of sight", () => {
  const room = { left: 200, top: 30, width: 1000, height: 600 };
  const card = { width: 264, height: 250 };
  const at = (left: number, top: number) => cardPlace({ left, top, width: 4, height: 40 }, card, room);
  expect(at(600, 100)).toEqual({ left: 470, top: 146 });
  expect(at(600, 500)).toEqual({ left: 470, top: 244 });
  expect(at(210, 100).left).toBe(200);
  expect(at(1199, 100).left).toBe(936);
  const low = { ...room, height: 200 };
  expect(cardPlace({ left: 600, top: 50, width: 4, height: 40 }, card, low).top).toBe(30);
});

describe("a day that moves on under the cursor", () => {
  test("leaves it at its minute, and at the edge where that is gone", () => {
    const devices = { minutes: 1440, rowMinutes: 0 };
    expect(atSameMinute({ row: 3, minute: 1439 }, -1, devices)).toEqual({ row: 3, minute: 1438 });
    expect(atSameMinute({ row: 3, minute: 0 }, -1, devices)).toEqual({ row: 3, minute: 0 });
  });

  test("moves it up a row where rows are hours", () => {
    const hours = { minutes: 60, rowMinutes: 60 };
    expect(atSameMinute({ row: 2, minute: 15 }, -60, hours)).toEqual({ row: 1, minute: 15 });
    expect(atSameMinute({ row: 0, minute: 15 }, -60, hours)).toEqual({ row: 0, minute: 0 });
  });
});
