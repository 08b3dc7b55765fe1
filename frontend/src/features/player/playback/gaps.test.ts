import { expect, test } from "vitest";
import { isLeap, mainGap, nextRecorded } from "./gaps";
import { leftOutSentence } from "./sentences";

const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);
const iso = (time: string) => `2026-11-21T${time}Z`;
const recorded = [
  { from: iso("10:00:00"), to: iso("14:02:11") },
  { from: iso("14:09:00"), to: iso("15:00:00") },
];

test("a recorded moment is played itself, one in a gap at the gap's end, one behind the end not at all", () => {
  expect(nextRecorded(recorded, at("12:00:00"))).toBe(at("12:00:00"));
  expect(nextRecorded(recorded, at("14:05:00"))).toBe(at("14:09:00"));
  expect(nextRecorded(recorded, at("15:00:00"))).toBeNull();
});

test("the gap that is told is the one that takes up most of what was left out, as a whole", () => {
  const gaps = [
    { from: iso("14:02:11"), to: iso("14:02:20"), code: "ffmpeg_crashed", sentence: "ffmpeg ended." },
    { from: iso("14:02:20"), to: iso("14:09:00"), code: "source_unreachable", sentence: "It is off." },
  ];
  const found = mainGap({ gaps, unreachable: [] }, at("14:05:00"), at("14:09:00"));
  expect(found).toEqual({ fromMs: at("14:02:20"), toMs: at("14:09:00"), reason: "It is off." });
  expect(mainGap({ gaps: [], unreachable: [] }, at("14:05:00"), at("14:09:00"))).toBeNull();
});

test("a hole that nobody notices is not told", () => {
  expect(isLeap(0, 900)).toBe(false);
  expect(isLeap(0, 7_000)).toBe(true);
  expect(isLeap(7_000, 0)).toBe(false);
});

test("the sentence says from when to when, why, and where it plays", () => {
  const gap = { fromMs: at("14:02:11"), toMs: at("14:09:00"), reason: "The camera did not answer." };
  expect(leftOutSentence(gap, "utc")).toBe(
    "No footage 14:02:11–14:09:00: The camera did not answer. Playing from 14:09:00.",
  );
  expect(leftOutSentence({ ...gap, reason: null }, "utc")).toBe(
    "No footage 14:02:11–14:09:00. Playing from 14:09:00.",
  );
  const overNight = { ...gap, toMs: gap.toMs + 86_400_000 };
  expect(leftOutSentence(overNight, "utc")).toContain("Sun 22 Nov 14:09:00");
});
