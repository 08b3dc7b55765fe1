import { expect, test } from "vitest";
import { exportPath, pageOf, wantedOf, withFilters } from "./listed";

const NOW = Date.UTC(2026, 10, 21, 14, 30);

function wanted(address: string) {
  return wantedOf(new URLSearchParams(address), NOW, "utc");
}

test("an address without anything asks for all", () => {
  expect(wanted("")).toEqual({});
  expect(pageOf(new URLSearchParams())).toBe(1);
});

test("an address says who, what and what with which word", () => {
  expect(wanted("user=guard&kind=camera&verb=change&subject=7&search=lobby")).toEqual({
    user: "guard",
    subject_kind: "camera",
    action: "camera.change",
    subject_id: "7",
    search: "lobby",
  });
  expect(wanted("verb=delete")).toEqual({ action: "delete" });
});

test("a period ends now", () => {
  expect(wanted("period=24h")).toEqual({ from: "2026-11-20T14:30:00.000Z" });
});

test("days are whole ones of the zone, the last of them too", () => {
  expect(wanted("period=days&first=2026-11-01&last=2026-11-30")).toEqual({
    from: "2026-11-01T00:00:00.000Z",
    to: "2026-12-01T00:00:00.000Z",
  });
  expect(wanted("period=days&last=2026-11-01")).toEqual({ to: "2026-11-02T00:00:00.000Z" });
  expect(wanted("period=days&first=2026-11-02&last=2026-11-01")).toEqual({
    from: "2026-11-02T00:00:00.000Z",
  });
});

test("what an address says wrongly is as if it were not there", () => {
  expect(wanted("user=%20&period=ever&first=2026-11-01")).toEqual({});
  expect(wanted("period=days&first=soon&last=never")).toEqual({});
  for (const page of ["0", "-1", "1.5", "x", "9999999"]) {
    expect(pageOf(new URLSearchParams({ page }))).toBe(1);
  }
});

test("another filter begins at the first page; another page keeps the filters", () => {
  const address = new URLSearchParams("user=guard&page=3");
  expect(withFilters(address, { kind: "camera", verb: "" }).toString()).toBe("user=guard&kind=camera");
  expect(withFilters(address, { page: "4" }).toString()).toBe("user=guard&page=4");
  expect(withFilters(address, { user: null }).toString()).toBe("");
});

test("a file holds what is listed", () => {
  expect(exportPath({ user: "guard", search: "a&b" }, "csv")).toBe(
    "/api/v1/audit/export?format=csv&user=guard&search=a%26b",
  );
});
