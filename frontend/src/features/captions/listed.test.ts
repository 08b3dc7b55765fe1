import { expect, test } from "vitest";
import {
  camerasWantedOf,
  isNarrowed,
  listOf,
  pageOf,
  runsWantedOf,
  WITHOUT_FILTERS,
  withChanges,
} from "./listed";

const at = (query: string) => new URLSearchParams(query);

test("without anything, the first page of cameras is shown", () => {
  expect(listOf(at(""))).toBe("cameras");
  expect(pageOf(at(""))).toBe(1);
  expect(isNarrowed(at("page=2&list=history"))).toBe(false);
});

test("what makes no sense is as if it were not there", () => {
  expect(listOf(at("list=all"))).toBe("cameras");
  for (const query of ["page=0", "page=1.5", "page=x", "page=9999999"]) expect(pageOf(at(query))).toBe(1);
  expect(runsWantedOf(at("state=lost&trigger=magic&camera=%20"))).toEqual({});
  expect(camerasWantedOf(at("search=%20door%20&cached=yes"))).toEqual({ search: "door" });
  expect(camerasWantedOf(at("search=%20&cached=1"))).toEqual({ cached_only: true });
});

test("filters of the history are what the gateway takes", () => {
  expect(runsWantedOf(at("state=failed&trigger=force&camera=cam_1"))).toEqual({
    state: "failed",
    trigger: "force",
    camera: "cam_1",
  });
});

test("another list or filter begins at page 1, and another list without filters", () => {
  expect(withChanges(at("search=a&page=3"), { list: "history" }).toString()).toBe("list=history");
  expect(withChanges(at("list=history&page=3"), { state: "failed" }).toString()).toBe(
    "list=history&state=failed",
  );
  expect(withChanges(at("list=history&page=3"), { page: "4" }).get("page")).toBe("4");
  expect(withChanges(at("list=history&state=failed&job=7"), WITHOUT_FILTERS).toString()).toBe(
    "list=history&job=7",
  );
});
