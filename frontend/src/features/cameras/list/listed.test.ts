import { expect, test } from "vitest";
import { isFiltered, listedOf, nextSort, withoutFilters, withParameter } from "./listed";

const address = (text: string) => new URLSearchParams(text);

test("an address without parameters asks for the first cameras by name", () => {
  expect(listedOf(address(""))).toEqual({ sort: "name", page: 1, page_size: 20 });
});

test("every filter of an address is asked for", () => {
  const text =
    "search= door &status=offline&group=g1&host=lab-1&managed=gateway&active=1&sort=-status&page=3&size=50";
  expect(listedOf(address(text))).toEqual({
    search: "door",
    status: "offline",
    group_id: "g1",
    host: "lab-1",
    managed_by: "gateway",
    active_only: true,
    sort: "-status",
    page: 3,
    page_size: 50,
  });
});

test.each([
  "status=broken",
  "managed=me",
  "active=yes",
  "sort=-price",
  "page=0",
  "page=1.5",
  "size=7",
  "group=",
])("%s is as if it were not there", (text) => {
  expect(listedOf(address(text))).toEqual(listedOf(address("")));
});

test("another filter begins at the first page, and another page keeps the filter", () => {
  const second = address("status=live&page=2");
  expect(withParameter(second, "status", "offline").toString()).toBe("status=offline");
  expect(withParameter(second, "page", "3").toString()).toBe("status=live&page=3");
  expect(withParameter(second, "form", "new").toString()).toBe("status=live&page=2&form=new");
});

test("without its filters an address keeps how it is sorted", () => {
  const all = withoutFilters(address("search=x&status=live&sort=-name&size=50&page=2"));
  expect(all.toString()).toBe("sort=-name&size=50");
  expect(isFiltered(all)).toBe(false);
  expect(isFiltered(address("host=lab-1"))).toBe(true);
});

test("a second press on a column turns it round", () => {
  expect(nextSort("name", "status")).toBe("status");
  expect(nextSort("status", "status")).toBe("-status");
  expect(nextSort("-status", "status")).toBe("status");
});
