import { expect, test } from "vitest";
import { isFiltered, sortOf, sortsFor, wantedOf, withChanges } from "./wanted";

const NOW = Date.UTC(2026, 10, 20, 21, 47, 32);
const wanted = (address: string) => wantedOf(new URLSearchParams(address), NOW, "utc");

test("an empty address asks for everything, the newest first", () => {
  expect(wanted("")).toEqual({ sort: "newest" });
});

test("an address says words, camera, group, time, and whether brief ones are hidden", () => {
  expect(wanted("q=+red+truck+&camera=cam_001&group=g1&period=today&brief=hide&sort=oldest")).toEqual({
    text: "red truck",
    camera: "cam_001",
    group_id: "g1",
    from: "2026-11-20T00:00:00.000Z",
    brief: false,
    sort: "oldest",
  });
});

test("the best come first only where something is searched for", () => {
  const sort = (address: string) => sortOf(new URLSearchParams(address));
  expect(sort("sort=best")).toBe("newest");
  expect(sort("sort=best&q=truck")).toBe("best");
  expect(sort("similar=evt_cam_001_1")).toBe("best");
  expect(sort("similar=evt_cam_001_1&sort=newest")).toBe("best");
  expect(sort("q=truck")).toBe("newest");
  expect(sortsFor(new URLSearchParams("q=truck"))).toContain("best");
  expect(sortsFor(new URLSearchParams(""))).not.toContain("best");
});

test("likeness and words are not asked for together", () => {
  expect(wanted("q=truck&similar=evt_cam_001_1")).toEqual({ similar_to: "evt_cam_001_1", sort: "best" });
});

test("a change leaves the rest as it is; what is empty leaves the address", () => {
  const address = new URLSearchParams("q=truck&camera=cam_001");
  expect(withChanges(address, { camera: null, group: "g1" }).toString()).toBe("q=truck&group=g1");
  expect(withChanges(address, { q: "" }).toString()).toBe("camera=cam_001");
});

test("with another period the ends of a span are gone", () => {
  const address = new URLSearchParams("period=span&from=2026-11-20T12:00:00Z&to=2026-11-20T13:00:00Z");
  expect(withChanges(address, { period: "today" }).toString()).toBe("period=today");
  expect(withChanges(address, { q: "van" }).get("from")).toBe("2026-11-20T12:00:00Z");
});

test("order and what is opened do not narrow the list down", () => {
  expect(isFiltered(new URLSearchParams("sort=oldest&event=evt_cam_001_1"))).toBe(false);
  expect(isFiltered(new URLSearchParams("brief=hide"))).toBe(true);
});
