import { expect, test } from "vitest";
import { isScheduleStill, rhythm, runMs, shownJson, triesText, unservedQueues, waysOf } from "./jobFacts";

const NOW = Date.UTC(2026, 10, 21, 14, 0, 0);
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

test("what runs counts up, what has ended does not", () => {
  expect(runMs({ started_at: ago(12), ended_at: null, state: "running" }, NOW)).toBe(12_000);
  expect(runMs({ started_at: ago(12), ended_at: ago(2), state: "finished" }, NOW)).toBe(10_000);
  expect(runMs({ started_at: null, ended_at: null, state: "queued" }, NOW)).toBeNull();
});

test("a job that runs again does not end before it began", () => {
  expect(runMs({ started_at: ago(5), ended_at: ago(60), state: "running" }, NOW)).toBe(5_000);
});

test("tries are counted in words", () => {
  expect(triesText({ attempts: 0, retries_left: 3, state: "queued" })).toBe("");
  expect(triesText({ attempts: 1, retries_left: 3, state: "running" })).toBe("1st try, 3 more if it fails");
  expect(triesText({ attempts: 2, retries_left: 1, state: "scheduled" })).toBe("2 tries so far");
  expect(triesText({ attempts: 4, retries_left: 0, state: "failed" })).toBe("4 tries");
  expect(triesText({ attempts: 12, retries_left: 0, state: "running" })).toBe("12th try");
});

test("what waits or runs may be cancelled, what failed or was cancelled may be tried again", () => {
  expect(waysOf("queued")).toEqual({ cancel: true, retry: false });
  expect(waysOf("scheduled")).toEqual({ cancel: true, retry: false });
  expect(waysOf("failed")).toEqual({ cancel: false, retry: true });
  expect(waysOf("finished")).toEqual({ cancel: false, retry: false });
});

test.each([
  [{ every_s: 60, cron: null }, "every minute"],
  [{ every_s: 2, cron: null }, "every 2 s"],
  [{ every_s: 300, cron: null }, "every 5 min"],
  [{ every_s: 3600, cron: null }, "every hour"],
  [{ every_s: 7200, cron: null }, "every 2 h"],
  [{ every_s: null, cron: "0 2 * * *" }, "every day at 02:00 UTC"],
  [{ every_s: null, cron: "30 4 * * 0" }, "Sundays at 04:30 UTC"],
  [{ every_s: null, cron: "*/5 * * * *" }, "*/5 * * * * (cron, UTC)"],
])("%o is said as %s", (entry, words) => {
  expect(rhythm(entry)).toBe(words);
});

test("a schedule stands still where something is overdue or not planned", () => {
  expect(isScheduleStill([{ next_run_at: ago(-30) }, { next_run_at: ago(5) }], NOW)).toBe(false);
  expect(isScheduleStill([{ next_run_at: ago(-30) }, { next_run_at: ago(40) }], NOW)).toBe(true);
  expect(isScheduleStill([{ next_run_at: null }], NOW)).toBe(true);
  expect(isScheduleStill([], NOW)).toBe(false);
});

test("queues of lost workers are served by nobody", () => {
  const all = ["critical", "default", "video"];
  expect(unservedQueues([])).toEqual(all);
  expect(unservedQueues([{ state: "lost", queues: all }])).toEqual(all);
  expect(unservedQueues([{ state: "idle", queues: ["default", "critical"] }])).toEqual(["video"]);
  expect(unservedQueues([{ state: "busy", queues: all }])).toEqual([]);
});

test("long results are cut", () => {
  expect(shownJson({ a: 1 })).toBe('{\n  "a": 1\n}');
  expect(shownJson(undefined)).toBe("");
  expect(shownJson("x".repeat(30_000)).length).toBeLessThan(20_100);
});
