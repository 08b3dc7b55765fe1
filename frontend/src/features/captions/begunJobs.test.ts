import { expect, test } from "vitest";
import { progressOf } from "./begunJobs";

const job = (id: string, state: string, fraction: number | null = null) => ({ id, state, fraction });

test("jobs that wait are said to wait", () => {
  expect(progressOf([], 1).sentence).toBe("It waits for a worker.");
  expect(progressOf([job("a", "queued"), job("b", "queued")], 2)).toMatchObject({
    sentence: "2 jobs wait for a worker.",
    fraction: 0,
    isOver: false,
  });
});

test("how far they are is counted over all of them, and what is not known yet has not begun", () => {
  const progress = progressOf([job("a", "finished"), job("b", "running", 0.5)], 4);
  expect(progress.fraction).toBe(0.375);
  expect(progress.sentence).toBe("1 of 4 jobs done.");
  expect(progress.isOver).toBe(false);
});

test("when all have ended it is over", () => {
  expect(progressOf([job("a", "finished")], 1)).toMatchObject({
    sentence: "Done.",
    isOver: true,
    failed: [],
  });
});

test("those that failed are named, and what becomes of the captions is said", () => {
  const some = progressOf([job("a", "finished"), job("b", "failed")], 2);
  expect(some.failed).toEqual(["b"]);
  expect(some.sentence).toBe("1 of 2 jobs done, 1 failed. What is left is tried again at the next check.");
  expect(progressOf([job("a", "cancelled")], 1).sentence).toContain("The captions are kept");
});

test("a job that is tried again is not over", () => {
  const progress = progressOf([job("a", "scheduled")], 1);
  expect(progress.isOver).toBe(false);
  expect(progress.sentence).toBe("It failed and is tried again in a moment.");
});
