import { expect, test } from "vitest";
import { tileAt } from "./mosaicTiles";

const name = { host: "lab-1", device: "street" };
const LATER = Date.UTC(2026, 10, 22);

test("minute m is in column m % 10 and row ⌊m / 10⌋ of its hour, by UTC", () => {
  expect(tileAt(name, Date.UTC(2026, 10, 21, 3, 0, 0), LATER)).toEqual({
    url: "/media/lab-1/street/heatmap/2026-11-21T03/mosaic.jpg",
    version: 0,
    x: 0,
    y: 0,
  });
  expect(tileAt(name, Date.UTC(2026, 10, 21, 3, 47, 59), LATER)).toMatchObject({ x: 7 * 160, y: 4 * 90 });
  expect(tileAt(name, Date.UTC(2026, 10, 21, 3, 59, 59, 999), LATER)).toMatchObject({ x: 1440, y: 450 });
});

test("the running hour's picture is another one every minute, and a little beyond its end", () => {
  const at = Date.UTC(2026, 10, 21, 3, 5);
  const first = tileAt(name, at, Date.UTC(2026, 10, 21, 3, 30, 10)).version;
  expect(tileAt(name, at, Date.UTC(2026, 10, 21, 3, 30, 50)).version).toBe(first);
  expect(tileAt(name, at, Date.UTC(2026, 10, 21, 3, 31, 0)).version).toBe(first + 1);
  expect(tileAt(name, at, Date.UTC(2026, 10, 21, 4, 1)).version).toBeGreaterThan(0);
  expect(tileAt(name, at, Date.UTC(2026, 10, 21, 4, 6)).version).toBe(0);
});
