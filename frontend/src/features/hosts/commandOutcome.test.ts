import { expect, test } from "vitest";
import { outcomeOf } from "./commandOutcome";

const NOW = Date.parse("2026-11-21T14:05:00Z");
const command = {
  delivered_at: null,
  expires_at: "2026-11-21T14:10:00Z",
  finished_at: null,
  done: null,
  sentence: null,
};

test("a command waits until its host reports, and expires when it does not", () => {
  expect(outcomeOf(command, NOW).word).toBe("Waits");
  expect(outcomeOf(command, Date.parse(command.expires_at)).word).toBe("Expired");
});

test("what was delivered does not expire any more", () => {
  const told = { ...command, delivered_at: "2026-11-21T14:04:00Z" };
  expect(outcomeOf(told, NOW).word).toBe("Told");
  expect(outcomeOf(told, NOW + 3_600_000).word).toBe("Told");
});

test("what the host said of it is shown", () => {
  const finished = { ...command, delivered_at: "x", finished_at: "2026-11-21T14:04:10Z" };
  expect(outcomeOf({ ...finished, done: true, sentence: "It stops." }, NOW)).toEqual({
    word: "Done",
    sentence: "It stops.",
    tone: "quiet",
  });
  expect(outcomeOf({ ...finished, done: false, sentence: "There is no device x." }, NOW)).toEqual({
    word: "Refused",
    sentence: "There is no device x.",
    tone: "action",
  });
  expect(outcomeOf({ ...finished, sentence: "Nobody knows." }, NOW).word).toBe("Unknown");
});
