import { expect, test } from "vitest";
import { ofGroup, recentQuestion, recentWords } from "./recentWords";

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

test("of a group only its cameras' captions are shown", () => {
  const caption = {
    id: "cam_001:1",
    camera_id: "cam_001",
    camera: "Gate",
    captured_at: "2026-11-21T14:00:00Z",
    received_at: "2026-11-21T14:00:01Z",
    expires_at: "2026-11-21T16:00:01Z",
    text: "a van",
    model: "",
    frame: "",
    has_embedding: false,
  };
  const other = { ...caption, id: "cam_002:1", camera_id: "cam_002" };
  const devices = [
    { external_id: "cam_001", group_id: "g1" },
    { external_id: "cam_002", group_id: null },
  ];
  expect(ofGroup([caption, other], devices, "g1")).toEqual([caption]);
  expect(ofGroup([caption, other], devices, "")).toEqual([caption, other]);
});
