import { expect, test } from "vitest";
import { recentQuestion, recentWords } from "./recentWords";

test("the line counts what is there, and says where there may be more", () => {
  expect(recentWords(1, 200, false)).toBe("1 recent caption is not merged yet");
  expect(recentWords(128, 200, false)).toBe("128 recent captions are not merged yet");
  expect(recentWords(200, 200, false)).toBe("200 or more recent captions are not merged yet");
  expect(recentWords(12, 200, true)).toBe("12 matching recent captions are not merged yet");
});

test("recent captions are asked for the words that must be in them", () => {
  expect(recentQuestion('"red truck" -van  gate')).toBe("red truck gate");
  expect(recentQuestion("-van")).toBe("");
  expect(recentQuestion("x".repeat(300))).toHaveLength(200);
});
