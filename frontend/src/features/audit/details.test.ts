import { expect, test } from "vitest";
import { detailsOf } from "./details";

const GROUPS = new Map([["g-1", "Lobby"]]);

test("changes are told as what was and what is", () => {
  const changes = {
    name: { from: "Hall", to: "Lobby" },
    is_active: { from: true, to: false },
    camera_group_ids: { from: [], to: ["g-1", "g-2"] },
    fps: { from: null, to: 5 },
  };
  expect(detailsOf({ changes }, GROUPS).changes).toEqual([
    { field: "Name", was: "Hall", is: "Lobby" },
    { field: "Is active", was: "yes", is: "no" },
    { field: "Camera groups", was: null, is: "Lobby, g-2" },
    { field: "Fps", was: null, is: "5" },
  ]);
});

test("all else are facts", () => {
  const told = detailsOf(
    { password: "changed", span: { from: "a", to: "b" }, networks: [], group: "g-1" },
    GROUPS,
  );
  expect(told.changes).toEqual([]);
  expect(told.facts).toEqual([
    { name: "Password", value: "changed" },
    { name: "Span", value: "from a, to b" },
    { name: "Networks", value: "none" },
    { name: "Group", value: "Lobby" },
  ]);
});

test("what is no table of changes is told as it is", () => {
  expect(detailsOf({ changes: { name: "Lobby" } }, GROUPS).changes).toEqual([
    { field: "Name", was: null, is: "Lobby" },
  ]);
  expect(detailsOf({ changes: "many" }, GROUPS)).toEqual({ changes: [], facts: [] });
  expect(detailsOf({}, GROUPS)).toEqual({ changes: [], facts: [] });
});
