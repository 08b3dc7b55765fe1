import { describe, expect, it } from "vitest";
import { LAYOUTS, layoutOf } from "./layouts";
import { layoutOfSaved, savedOf } from "./savedLayout";

const names = (count: number) => Array.from({ length: count }, (_, index) => `lab-1/device-${index}`);

describe("a saved view", () => {
  it.each(LAYOUTS.map((layout) => [layout.id, layout] as const))(
    "comes back in the layout %s",
    (_id, layout) => {
      for (const count of [1, layout.tiles, Math.min(layout.tiles + 1, 30)]) {
        const saved = savedOf(layout, names(count));
        expect(layoutOfSaved(saved).id).toBe(layout.id);
        expect(saved.tiles.filter((tile) => tile !== null)).toEqual(names(count));
      }
    },
  );

  it("keeps empty places between devices", () => {
    const nine = LAYOUTS.find(({ id }) => id === "9");
    if (nine === undefined) throw new Error("no such layout");
    expect(savedOf(nine, ["a", null, "b", null, null]).tiles.slice(0, 4)).toEqual(["a", null, "b", null]);
  });

  it("has no more places than the gateway takes", () => {
    for (const layout of LAYOUTS) expect(savedOf(layout, names(50)).tiles.length).toBeLessThanOrEqual(36);
  });

  it("of a form that no layout has is shown in one of as many columns", () => {
    expect(layoutOfSaved({ columns: 2, tiles: names(5) }).id).toBe("4");
    expect(layoutOfSaved({ columns: 6, tiles: [null] }).id).toBe("36");
    expect(layoutOf(LAYOUTS, "7")).toBeUndefined();
  });
});
