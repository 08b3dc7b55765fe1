import { expect, test } from "vitest";
import { nameIn } from "./saveAs";

test("a file is called as the gateway says", () => {
  expect(nameIn('attachment; filename="cameras-2026-11-21.csv"')).toBe("cameras-2026-11-21.csv");
  expect(nameIn("attachment; filename=cameras.json; size=3")).toBe("cameras.json");
  expect(nameIn("inline")).toBeNull();
  expect(nameIn(null)).toBeNull();
});
