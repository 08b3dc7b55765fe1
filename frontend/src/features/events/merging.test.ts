import { expect, test } from "vitest";
import { progressOf, progressWords, type Run } from "./merging";

const BEGUN = [
  { camera: "cam_001", cached: 40, jobs: ["a"] },
  { camera: "cam_002", cached: 3, jobs: ["b"] },
  { camera: "cam_003", cached: 7, jobs: ["c"] },
];
const CACHED = new Map(BEGUN.map(({ camera, cached }) => [camera, cached + 2]));

function run(job_id: string, state: Run["state"], error: string | null = null): Run {
  return { job_id, state, error };
}

test("a camera is merged when it has fewer captions than before, or its run says so", () => {
  const cached = new Map([...CACHED, ["cam_002", 1]]);
  expect(progressOf(BEGUN, cached, []).done).toBe(1);
  expect(progressOf(BEGUN, cached, [run("a", "done"), run("x", "done")]).done).toBe(2);
  expect(progressOf(BEGUN, new Map(), [])).toEqual({ done: 3, all: 3, problem: null });
});

test("a run that failed says why, until a later one has done it", () => {
  const failed = run("a", "failed", "The graph does not answer.");
  expect(progressOf(BEGUN, CACHED, [failed]).problem).toBe("The graph does not answer.");
  expect(progressOf(BEGUN, CACHED, [run("a", "done"), failed]).problem).toBeNull();
  expect(progressOf(BEGUN, CACHED, [run("x", "failed", "Of somebody else.")]).problem).toBeNull();
});

test("where nothing was left to do there is nothing to wait for", () => {
  expect(progressOf([{ camera: "cam_001", cached: 4, jobs: [] }], CACHED, []).done).toBe(1);
});

test("it is said how many cameras are done", () => {
  expect(progressWords({ done: 0, all: 3, problem: null })).toBe("Merging captions of 3 cameras…");
  expect(progressWords({ done: 2, all: 3, problem: null })).toBe("Merging captions of 3 cameras: 2 are done");
  expect(progressWords({ done: 1, all: 1, problem: null })).toBe("Merged");
});
