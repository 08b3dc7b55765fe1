import { expect, test } from "vitest";
import { ApiError } from "@/api/errors";
import {
  clearedText,
  endedText,
  eventsText,
  madeText,
  memoryOf,
  notClearedText,
  oddText,
  reductionText,
  remedyOf,
  retentionWords,
  runStateOf,
  savedText,
  standingOf,
  triggerWords,
  whatToSet,
} from "./migrationFacts";

test("what runs as it should is quiet, and what is held up asks for action with the gateway's reason", () => {
  expect(standingOf("active", null).tone).toBe("quiet");
  expect(standingOf("active", "No worker runs.")).toEqual({
    word: "Held up",
    sentence: "No worker runs.",
    tone: "action",
  });
  expect(standingOf("behind", "The graph does not answer.")).toMatchObject({
    word: "Behind",
    sentence: "The graph does not answer.",
    tone: "action",
  });
  expect(standingOf("behind", null).sentence).not.toBe("");
});

test("what is off says what to set, and not twice that it is off", () => {
  expect(whatToSet("Captions are off. Set NEO4J_URI.")).toBe("Set NEO4J_URI.");
  expect(whatToSet("Set NEO4J_URI.")).toBe("Set NEO4J_URI.");
  expect(whatToSet(null)).not.toBe("");
});

test("what a run made is said in numbers", () => {
  expect(madeText(1, 1, 0)).toBe("1 caption → 1 new event");
  expect(madeText(1_500, 42, 3)).toBe("1,500 captions → 42 new events, 3 went on");
  expect(eventsText(0, 0)).toBe("");
  expect(eventsText(41, 1)).toBe("41 new, 1 went on");
  expect(oddText(0, 0)).toBe("");
  expect(oddText(2, 1)).toBe("2 came late, 1 was there before");
});

test("a reduction is said as fewer, and what is none is left as it is", () => {
  expect(reductionText("72.0%")).toBe("72.0 % fewer");
  expect(reductionText("0.0%")).toBe("as many");
  expect(reductionText("unknown")).toBe("unknown");
});

test("memory is told with its share where there is a limit", () => {
  expect(memoryOf({ used_memory_mb: null, max_memory_mb: 10 })).toBeNull();
  expect(memoryOf({ used_memory_mb: 1, max_memory_mb: null })).toEqual({ used: "1.0 MB", share: null });
  expect(memoryOf({ used_memory_mb: 5, max_memory_mb: 20 })?.share).toBe(0.25);
});

test("what this version does not know is told by its own name, and never as done", () => {
  expect(triggerWords("force")).toBe("Asked for: all of them");
  expect(triggerWords("new_reason")).toBe("new_reason");
  expect(runStateOf("failed")).toBe("failed");
  expect(runStateOf("elsewhere")).toBe("interrupted");
});

test("what became of a cache is told, also where it was empty", () => {
  const none = { migrated: 0, deleted: 0, events_created: 0, events_extended: 0 };
  expect(clearedText(none)).toBe("It was empty already.");
  expect(clearedText({ ...none, migrated: 24, events_created: 2 })).toBe("24 captions merged: 2 new.");
  expect(clearedText({ ...none, migrated: 1 })).toBe("1 caption merged: they were in events already.");
  expect(clearedText({ ...none, deleted: 3 })).toBe("3 captions thrown away.");
});

test("for ever is no number of days", () => {
  expect(retentionWords(0)).toBe("for ever");
  expect(retentionWords(1)).toBe("for 1 day");
});

test("a run that failed says what follows from it", () => {
  expect(remedyOf(null)).toBe("");
  expect(remedyOf("graph_unreachable")).toContain("once Neo4j answers again");
  expect(remedyOf("interrupted")).toBe("");
  expect(remedyOf("whatever")).toContain("tried again at the next check");
});

test("that rules are saved is said of what they are about", () => {
  expect(savedText(true, null)).toBe("The limits count from the next migration on.");
  expect(savedText(false, 0)).toBe("Events are kept for ever.");
  expect(savedText(true, 30)).toBe(
    "The limits count from the next migration on. Events are kept for 30 days; older ones are deleted every night.",
  );
});

test("how many events a retention deletes is said, and where that is not known", () => {
  expect(endedText(1_200)).toBe("1,200 events are older than that.");
  expect(endedText(1)).toBe("1 event is older than that.");
  expect(endedText(0)).toBe("No event is older than that now.");
  expect(endedText(null)).toContain("not known");
  expect(endedText(undefined)).toContain("being counted");
});

test("nothing was thrown away is said only where that is certain", () => {
  const failed = (status: number, code: string, details = {}) =>
    new ApiError({ status, code, message: "Redis is away.", remedy: "Wait.", details });
  const says = (error: unknown, isMigratedFirst = false) =>
    notClearedText(error, isMigratedFirst).startsWith("Nothing was thrown away. Redis is away.");
  expect(says(failed(409, "migration_running"))).toBe(true);
  expect(says(failed(503, "captions_unavailable"))).toBe(true);
  expect(says(failed(503, "captions_unavailable", { deleted: 2_000 }))).toBe(false);
  expect(says(failed(0, "unreachable"))).toBe(false);
  expect(says(failed(503, "unknown"))).toBe(false);
  expect(says(failed(500, "internal"))).toBe(false);
  expect(says(failed(0, "unreachable"), true)).toBe(true);
});
