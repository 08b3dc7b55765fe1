import { expect, test } from "vitest";
import type { ArchiveEvent } from "../archive/events";
import { activityText, gapText, momentAt, momentText } from "./moment";

const MINUTE = 60_000;
const T = (hour: number, minute: number, second = 0) => Date.UTC(2026, 10, 21, hour, minute, second);
const gap = {
  from: T(17, 19, 11),
  to: T(17, 26, 48),
  code: "source_unreachable",
  sentence: "Source unreachable: connection refused.",
};
const black: ArchiveEvent = {
  kind: "black",
  from: T(16, 0),
  to: T(16, 5),
  atMs: T(16, 0),
  sentence: "The picture was black.",
};
const archive: Parameters<typeof momentAt>[0] = {
  recorded: [
    { from: T(10, 0), to: gap.from },
    { from: gap.to, to: T(20, 0) },
  ],
  gaps: [gap],
  unreachable: [],
  reported: [],
  waiting: [],
  failed: [],
  minutes: [],
  events: [black],
};
const at = (ms: number, known = archive, slack = 0) => momentAt(known, ms, T(20, 0), slack, "lab-1");

test("a gap says from when to when, how long, and why", () => {
  expect(gapText(gap, "utc")).toBe(
    "17:19:11 – 17:26:48 · 7 min 37 s · Source unreachable: connection refused.",
  );
  expect(at(T(17, 20))).toMatchObject({ kind: "gap", span: gap, sentence: gap.sentence });
});

test("a gap over midnight has its dates", () => {
  const text = gapText({ ...gap, from: T(23, 50), to: T(24, 10) }, "utc");
  expect(text).toMatch(/^Sat 21 Nov 23:50:00 – Sun 22 Nov 00:10:00 · 20 min/);
});

test("a gap that is a line on the screen is met a little beside it", () => {
  expect(at(gap.from - MINUTE, archive, 2 * MINUTE).kind).toBe("gap");
  expect(at(gap.from - MINUTE).kind).toBe("footage");
});

test("an incident is footage with a sentence", () => {
  expect(at(T(16, 1))).toMatchObject({ kind: "footage", sentence: "The picture was black." });
});

test("what a caption says is told where nothing went wrong", () => {
  const said: ArchiveEvent = {
    kind: "caption",
    from: T(16, 4),
    to: T(16, 8),
    atMs: T(16, 4),
    sentence: "A van parks.",
  };
  const known = { ...archive, events: [black, said] };
  expect(at(T(16, 8), known)).toMatchObject({ kind: "footage", span: null, sentence: "A van parks." });
  expect(at(T(16, 4, 30), known).sentence).toBe("The picture was black.");
  expect(at(T(16, 9), known).sentence).toBeNull();
});

test("what a silent host has is not known, which is no gap", () => {
  const silent = {
    ...archive,
    recorded: [],
    gaps: [],
    events: [],
    unreachable: [{ from: T(10, 0), to: T(20, 0), sentence: "lab-1 does not answer.", sinceMs: null }],
    reported: [{ from: T(10, 0), to: T(12, 0) }],
  };
  expect(at(T(15, 0), silent)).toMatchObject({
    kind: "unreachable",
    sentence: "Not known: lab-1 does not answer.",
  });
  expect(at(T(11, 0), silent)).toMatchObject({
    kind: "reported",
    sentence: "It had been reported as recorded. lab-1 does not answer.",
  });
});

test("while the host is asked it says so, and the future is nothing", () => {
  const asked = {
    ...archive,
    recorded: [],
    gaps: [],
    events: [],
    waiting: [{ from: T(10, 0), to: T(20, 0) }],
  };
  expect(at(T(15, 0), asked)).toMatchObject({ kind: "waiting", sentence: "Waiting for lab-1…" });
  expect(at(T(21, 0)).kind).toBe("future");
});

test("activity in words", () => {
  expect([0, 0.002, 0.124].map(activityText)).toEqual(["Activity 0 %", "Activity < 1 %", "Activity 12 %"]);
});

test("what a screen reader says", () => {
  expect(momentText(at(T(12, 0)), T(12, 0), "utc")).toBe("12:00:00, Sat 21 Nov, footage");
  expect(momentText(at(T(17, 20)), T(17, 20), "utc")).toBe(
    "17:20:00, Sat 21 Nov, no footage: Source unreachable: connection refused.",
  );
});
