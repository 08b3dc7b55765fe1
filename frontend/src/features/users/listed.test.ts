import { expect, test } from "vitest";
import { listedOf, nextSort, withParameter } from "./listed";

test("an address without anything lists all, by name, from the first page", () => {
  expect(listedOf(new URLSearchParams())).toEqual({ sort: "username", page: 1 });
});

test("an address says what is listed", () => {
  expect(
    listedOf(new URLSearchParams("search=gu&role=viewer&state=disabled&sort=-last_login_at&page=3")),
  ).toEqual({ search: "gu", role: "viewer", is_active: false, sort: "-last_login_at", page: 3 });
});

test("what an address says wrongly is as if it were not there", () => {
  expect(listedOf(new URLSearchParams("search=%20&role=king&state=asleep&sort=shoe&page=-1"))).toEqual({
    sort: "username",
    page: 1,
  });
});

test("another filter begins at the first page; another page keeps the filter", () => {
  const address = new URLSearchParams("role=viewer&page=3");
  expect(withParameter(address, "search", "gu").toString()).toBe("role=viewer&search=gu");
  expect(withParameter(address, "page", "4").toString()).toBe("role=viewer&page=4");
  expect(withParameter(address, "role", null).toString()).toBe("");
});

test("a second press on a column's head turns the order round", () => {
  expect(nextSort("username", "role")).toBe("role");
  expect(nextSort("role", "role")).toBe("-role");
  expect(nextSort("-role", "role")).toBe("role");
});
