import { expect, test } from "vitest";
import { foundText } from "./foundText";

test("what was found is counted, and it is said where there is more or nothing", () => {
  expect(foundText(undefined, false)).toBe("");
  expect(foundText(1, false)).toBe("1 event with these words");
  expect(foundText(100, true)).toBe("The newest 100 events with these words");
  expect(foundText(0, false)).toContain("Try fewer");
});
