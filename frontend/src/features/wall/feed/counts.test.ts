import { expect, it } from "vitest";
import { countedWord, countsOf } from "./counts";
import { WAITING } from "./tileView";

it("counts the live ones first, and then from what asks nothing to what asks for action", () => {
  const counted = countsOf(["frozen", "live", "stale", "live", "no source", "stopped"]);
  expect(counted.map(({ word, count }) => `${count} ${word}`)).toEqual([
    "2 live",
    "1 stale",
    "1 stopped",
    "1 frozen",
    "1 no source",
  ]);
  expect(counted.map(({ tone }) => tone)).toEqual(["quiet", "attention", "attention", "action", "action"]);
});

it("counts a tile on the screen as it looks, and others as the list says", () => {
  expect(countedWord({ ...WAITING, word: "live", isStale: true }, "live")).toBe("stale");
  expect(countedWord({ ...WAITING, word: "frozen" }, "live")).toBe("frozen");
  expect(countedWord({ ...WAITING, word: "unknown" }, "live")).toBe("not there");
  expect(countedWord(WAITING, "stalled")).toBe("stalled");
  expect(countedWord(null, "black")).toBe("black");
  expect(countedWord(null, null)).toBe("not there");
});
