import { describe, expect, it } from "vitest";
import type { Device, WallView } from "@/api/types";
import { devicesOf, keyOf, type Selection, selectionOf, tabsOf, wallPath } from "./selection";
import { isToBeSearched, listedTabs, shownTabs } from "./shownTabs";

function device(host: string, name: string, group: string | null = null): Device {
  return {
    full_name: `${host}/${name}`,
    host,
    device: name,
    label: name,
    group,
    group_id: group === null ? null : `id of ${group}`,
    bitrate_bps: null,
    camera_id: null,
    code: "live",
    codec: null,
    disk_full_in_hours: null,
    external_id: null,
    fps: null,
    height: null,
    host_state: "online",
    newest_segment_at: null,
    picture: "ok",
    removed: false,
    reported_at: null,
    sentence: "",
    since: null,
    source: "",
    state: "live",
    width: null,
    word: "live",
  };
}

const VIEW: WallView = {
  id: "view-1",
  name: "Night shift",
  shared: true,
  owner: "anna",
  is_own: true,
  may_change: true,
  layout: { columns: 2, tiles: ["lab-1/street", null, null, null] },
  createdAt: "2026-11-20T08:00:00.000Z",
  updatedAt: "2026-11-20T08:00:00.000Z",
};

describe("what the wall shows", () => {
  it.each<Selection>([
    { kind: "all" },
    { kind: "host", host: "lab 1&2" },
    { kind: "group", groupId: "8" },
    { kind: "view", viewId: "0b6c" },
  ])("has an address that leads back to it: $kind", (selection) => {
    const address = new URL(wallPath(selection), "http://wall");
    expect(selectionOf(address.searchParams)).toEqual(selection);
  });

  it("has no tile for what no host records any more", () => {
    const devices = [device("lab-1", "street"), { ...device("lab-1", "moved", "Docks"), removed: true }];
    expect(devicesOf({ kind: "all" }, devices).map(({ full_name }) => full_name)).toEqual(["lab-1/street"]);
    expect(devicesOf({ kind: "host", host: "lab-1" }, devices)).toHaveLength(1);
    expect(devicesOf({ kind: "group", groupId: "id of Docks" }, devices)).toHaveLength(0);
    expect(tabsOf(devices, []).map(({ label, count }) => `${label} ${count}`)).toEqual(["All 1"]);
  });

  it("has a tab each: all, views, groups, hosts", () => {
    const devices = [
      device("lab-1", "street", "Docks"),
      device("lab-1", "gate", "Docks"),
      device("lab-2", "pattern"),
    ];
    expect(tabsOf(devices, [VIEW]).map(({ label, count }) => `${label} ${count}`)).toEqual([
      "All 3",
      "Night shift 1",
      "Docks 2",
      "lab-1 2",
      "lab-2 1",
    ]);
    expect(devicesOf({ kind: "host", host: "lab-2" }, devices)).toHaveLength(1);
    expect(devicesOf({ kind: "group", groupId: "id of Docks" }, devices)).toHaveLength(2);
    expect(devicesOf({ kind: "all" }, devices)).toHaveLength(3);
    expect(devicesOf({ kind: "view", viewId: "gone" }, devices)).toHaveLength(0);
  });

  it("has no tab for an only host", () => {
    expect(tabsOf([device("lab-1", "street")], []).map(({ label }) => label)).toEqual(["All"]);
  });
});

it("of very many tabs the bar shows the first ones and the current one", () => {
  const devices = Array.from({ length: 1_000 }, (_, number) => device(`host-${number}`, "street"));
  const tabs = tabsOf(devices, []);
  const current = keyOf({ kind: "host", host: "host-700" });
  const { shown, others } = shownTabs(tabs, current);
  expect(shown).toHaveLength(8);
  expect(shown.at(-1)?.key).toBe(current);
  expect(others.some(({ key }) => key === current)).toBe(false);
  expect(others).toHaveLength(993);
});

it("of very many tabs the menu finds each by a part of its name", () => {
  const devices = Array.from({ length: 1_000 }, (_, number) => device(`host-${number}`, "street"));
  const { others } = shownTabs(tabsOf(devices, []), "all");
  expect(isToBeSearched(others)).toBe(true);
  const all = listedTabs(others, " ");
  expect(all.listed.length + all.more).toBe(others.length);
  expect(all.more).toBeGreaterThan(0);
  const found = listedTabs(others, "HOST 987");
  expect([found.listed.map(({ label }) => label), found.more]).toEqual([["host-987"], 0]);
  expect(listedTabs(others, "nobody").listed).toEqual([]);
  expect(isToBeSearched(others.slice(0, 5))).toBe(false);
});
