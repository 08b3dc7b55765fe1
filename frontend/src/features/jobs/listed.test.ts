import { expect, test } from "vitest";
import { isJobState, shownOf, withJob, withShown } from "./listed";

const at = (query: string) => new URLSearchParams(query);

test("without anything, what runs is shown", () => {
  expect(shownOf(at(""))).toEqual({ view: "running", page: 1 });
});

test("what makes no sense is as if it were not there", () => {
  for (const query of ["view=all", "page=0", "page=1.5", "page=x", "page=9999999"]) {
    expect(shownOf(at(query))).toEqual({ view: "running", page: 1 });
  }
});

test("an address and what it shows are the same both ways", () => {
  for (const view of ["failed", "schedule", "workers", "running"] as const) {
    for (const page of [1, 3]) {
      expect(shownOf(withShown(at("view=queued&page=7"), { view, page }))).toEqual({ view, page });
    }
  }
});

test("an open job is left with its list", () => {
  const open = withJob(at("view=failed"), "5c0a");
  expect(open.get("job")).toBe("5c0a");
  expect(withShown(open, { view: "failed", page: 2 }).get("job")).toBe("5c0a");
  expect(withShown(open, { view: "queued", page: 1 }).get("job")).toBeNull();
  expect(withJob(open, null).get("job")).toBeNull();
});

test("the schedule and the workers are no states of jobs", () => {
  expect(isJobState("failed")).toBe(true);
  expect(isJobState("schedule")).toBe(false);
  expect(isJobState("workers")).toBe(false);
});
