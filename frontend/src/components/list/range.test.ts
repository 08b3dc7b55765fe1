import { expect, test } from "vitest";
import { rangeText } from "./range";

test("a page says which part of the list it shows", () => {
  expect(rangeText(1, 20, 20, 37)).toBe("1–20 of 37");
  expect(rangeText(2, 20, 17, 37)).toBe("21–37 of 37");
  expect(rangeText(101, 100, 100, 12_000)).toBe("10,001–10,100 of 12,000");
  expect(rangeText(9, 20, 0, 37)).toBe("0 of 37");
});
