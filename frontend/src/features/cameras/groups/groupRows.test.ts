import { expect, test } from "vitest";
import type { CameraSummary } from "@/features/cameras/cameraTypes";
import { groupNameProblem, groupRows, withoutGroup } from "./groupRows";

const TIMES = { createdAt: "2026-11-01T10:00:00Z", updatedAt: "2026-11-01T10:00:00Z" };
const LOBBY = { id: "1", name: "Lobby", location: "Ground floor", cameras: 3, ...TIMES };
const DOCKS = { id: "2", name: "Docks", location: null, cameras: 0, ...TIMES };
const NONE = { live: 0, degraded: 0, offline: 0, idle: 0, error: 0 };
const SUMMARY: CameraSummary = {
  total: 5,
  active: 5,
  by_status: { ...NONE, live: 4, offline: 1 },
  by_group: [
    { group_id: "1", group: "Lobby", total: 3, by_status: { ...NONE, live: 2, offline: 1 } },
    { group_id: null, group: null, total: 2, by_status: { ...NONE, live: 2 } },
  ],
  by_host: [],
};

test("a group says how its cameras are, what needs action first", () => {
  expect(groupRows([LOBBY, DOCKS], SUMMARY, "").map(({ counts }) => counts)).toEqual([
    [
      { status: "offline", count: 1 },
      { status: "live", count: 2 },
    ],
    [],
  ]);
  expect(groupRows([LOBBY], undefined, "")[0]?.counts).toEqual([]);
});

test("a group is found by its name and its place", () => {
  const found = (search: string) => groupRows([LOBBY, DOCKS], SUMMARY, search).map(({ group }) => group.name);
  expect(found("dock")).toEqual(["Docks"]);
  expect(found(" FLOOR ")).toEqual(["Lobby"]);
});

test("cameras in no group are counted", () => {
  expect(withoutGroup(SUMMARY)).toBe(2);
  expect(withoutGroup({ ...SUMMARY, by_group: [] })).toBe(0);
  expect(withoutGroup(undefined)).toBeNull();
});

test("two groups have not the same name, and one keeps its own", () => {
  expect(groupNameProblem(" ", [], null)).not.toBeNull();
  expect(groupNameProblem("Lobby ", [LOBBY, DOCKS], null)).toContain("another");
  expect(groupNameProblem("Lobby", [LOBBY, DOCKS], "1")).toBeNull();
});
