import { describe, expect, it } from "vitest";
import {
  cellOf,
  fitted,
  LAYOUTS,
  type Layout,
  layoutFor,
  layoutOf,
  NARROW_LAYOUTS,
  neighbour,
} from "./layouts";

function layout(id: string): Layout {
  const found = layoutOf([...LAYOUTS, ...NARROW_LAYOUTS], id);
  if (found === undefined) throw new Error(`no layout ${id}`);
  return found;
}

describe("layouts", () => {
  it("have 1 to 36 tiles", () => {
    expect(LAYOUTS.map(({ id }) => id)).toEqual(["1", "4", "1+5", "9", "1+12", "16", "25", "36"]);
    expect(LAYOUTS.map(({ tiles }) => tiles)).toEqual([1, 4, 6, 9, 13, 16, 25, 36]);
  });

  it.each([
    [0, "1"],
    [1, "1"],
    [2, "4"],
    [6, "1+5"],
    [7, "9"],
    [13, "1+12"],
    [14, "16"],
    [36, "36"],
    [5_000, "36"],
  ])("for %i devices: the one with the fewest empty tiles", (devices, id) => {
    expect(layoutFor(devices).id).toBe(id);
  });

  it.each(LAYOUTS.map((one) => [one.id, one] as const))(
    "%s covers its screen without overlaps",
    (_id, one) => {
      const covered = new Set<string>();
      for (let index = 0; index < one.tiles; index += 1) {
        const { column, row } = cellOf(one, index);
        const side = one.isFirstLarge && index === 0 ? 2 : 1;
        for (let x = 0; x < side; x += 1)
          for (let y = 0; y < side; y += 1) covered.add(`${column + x} ${row + y}`);
      }
      expect(covered.size).toBe(one.columns * one.rows);
    },
  );
});

describe("tiles", () => {
  it("are 16:9 and fill the width where there is height enough", () => {
    expect(fitted(layout("9"), 1384, 812, 4)).toEqual({ tileWidth: 458, tileHeight: 257 });
  });

  it("all fit a flat window without scrolling", () => {
    for (const one of LAYOUTS) {
      const { tileWidth, tileHeight } = fitted(one, 1800, 600, 4);
      expect(tileWidth * one.columns + 4 * (one.columns - 1)).toBeLessThanOrEqual(1800);
      expect(tileHeight * one.rows + 4 * (one.rows - 1)).toBeLessThanOrEqual(600);
    }
  });

  it("have no negative size before the window's is known", () => {
    expect(fitted(layout("36"), 0, 0, 4)).toEqual({ tileWidth: 0, tileHeight: 0 });
  });
});

describe("arrows", () => {
  it("lead from tile to tile and stop at the wall's edge", () => {
    const nine = layout("9");
    expect(neighbour(nine, 0, "right")).toBe(1);
    expect(neighbour(nine, 1, "down")).toBe(4);
    expect(neighbour(nine, 4, "left")).toBe(3);
    expect(neighbour(nine, 2, "right")).toBe(2);
    expect(neighbour(nine, 0, "up")).toBe(0);
    expect(neighbour(nine, 8, "down")).toBe(8);
  });

  it("lead over a large tile and into it from all sides", () => {
    const focus = layout("1+5"); // large at the left top; 1 and 2 beside it, 3 to 5 below
    expect(neighbour(focus, 0, "right")).toBe(1);
    expect(neighbour(focus, 0, "down")).toBe(3);
    expect(neighbour(focus, 2, "left")).toBe(0);
    expect(neighbour(focus, 4, "up")).toBe(0);
    expect(neighbour(focus, 2, "down")).toBe(5);
  });

  it("lead down a column of a narrow window", () => {
    expect(neighbour(layout("phone-1"), 3, "down")).toBe(4);
    expect(neighbour(layout("phone-2"), 3, "down")).toBe(5);
  });
});
