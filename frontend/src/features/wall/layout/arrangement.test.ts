import { describe, expect, it } from "vitest";
import { arranged, clampedPage, devicesIn, pageCount, pageOf, swapped, withDevices } from "./arrangement";

describe("an arrangement", () => {
  it("keeps the order that was made, and puts new devices behind", () => {
    expect(arranged(["a", "b", "c", "d"], ["c", "a"])).toEqual(["c", "a", "b", "d"]);
  });

  it("forgets devices that are gone, and takes none twice", () => {
    expect(arranged(["a", "b"], ["gone", "b", "b"])).toEqual(["b", "a"]);
  });

  it("lets two tiles change places, also with an empty one beyond the last", () => {
    expect(swapped(["a", "b", "c"], 0, 2)).toEqual(["c", "b", "a"]);
    expect(swapped(["a", null], 0, 1)).toEqual([null, "a"]);
    expect(swapped(["a", "b"], 0, 4)).toEqual([null, "b", null, null, "a"]);
  });

  it("with other devices leaves those that stay where they are", () => {
    expect(withDevices(["a", null, "b"], ["b", "c", "d"])).toEqual(["c", "d", "b"]);
    expect(withDevices(["a"], ["a", "b"])).toEqual(["a", "b"]);
    expect(devicesIn([null, "a", null])).toEqual(["a"]);
  });
});

describe("screens", () => {
  it("are as many as it takes, and one at least", () => {
    expect([0, 1, 9, 10].map((count) => pageCount(Array(count).fill("a"), 9))).toEqual([1, 1, 1, 2]);
  });

  it("are filled up with empty tiles", () => {
    expect(pageOf(["a", "b", "c"], 2, 1)).toEqual(["c", null]);
  });

  it("stay within what there is", () => {
    expect([clampedPage(-1, 2), clampedPage(1, 2), clampedPage(5, 2)]).toEqual([0, 1, 1]);
  });
});
