import { expect, test } from "vitest";
import type { HostState } from "@/api/types";
import { countsByState, hostTrouble, shownHosts, stateFrom } from "./hostFilter";

const host = (name: string, state: HostState, ...labels: string[]) => ({
  name,
  state,
  devices: labels.map((label, index) => ({ device: `cam${index}`, label, word: "live" as const })),
  disks: [],
  alarms: [],
  clock_warning: "",
  minutes_waiting: 0,
});
const names = (hosts: { name: string }[]) => hosts.map(({ name }) => name);

const HOSTS = [
  host("lab-2", "online", "Loading dock"),
  host("lab-1", "online", "Lobby", "Stairs B"),
  host("mall-3", "offline", "Atrium"),
  host("mall-1", "revoked"),
];

test("hosts that need action come first, then those that need a look, then the others by name", () => {
  expect(names(shownHosts(HOSTS, "", null))).toEqual(["mall-3", "mall-1", "lab-1", "lab-2"]);
});

test("a host is found by its name and by the labels of its devices, whatever the case", () => {
  expect(names(shownHosts(HOSTS, "LAB-", null))).toEqual(["lab-1", "lab-2"]);
  expect(names(shownHosts(HOSTS, "stairs", null))).toEqual(["lab-1"]);
  expect(names(shownHosts(HOSTS, "cam0 dock", null))).toEqual(["lab-2"]);
  expect(shownHosts(HOSTS, "nowhere", null)).toEqual([]);
});

test("a state leaves the hosts that are in it", () => {
  expect(names(shownHosts(HOSTS, "", "offline"))).toEqual(["mall-3"]);
  expect(shownHosts(HOSTS, "lab", "offline")).toEqual([]);
});

test("an address may name a state, and any other text there means all", () => {
  expect(stateFrom("late")).toBe("late");
  expect(stateFrom("broken")).toBeNull();
  expect(stateFrom(null)).toBeNull();
});

test("hosts are counted by state", () => {
  expect(countsByState(HOSTS)).toEqual({ online: 2, late: 0, offline: 1, revoked: 1 });
});

test("a host that reports needs action where a device, a disk or its clock does", () => {
  const fine = host("lab-1", "online", "Lobby");
  const disk = { root: "/srv", free_bytes: 1, total_bytes: 2, full_in_hours: null, problem: "" };
  expect(hostTrouble({ ...fine, disks: [disk] })).toBe(2);
  expect(hostTrouble({ ...fine, devices: [{ device: "a", label: "A", word: "stopped" }] })).toBe(1);
  expect(hostTrouble({ ...fine, disks: [{ ...disk, full_in_hours: 50 }] })).toBe(1);
  expect(hostTrouble({ ...fine, devices: [{ device: "a", label: "A", word: "no source" }] })).toBe(0);
  expect(hostTrouble({ ...fine, disks: [{ ...disk, full_in_hours: 5 }] })).toBe(0);
  expect(hostTrouble({ ...fine, clock_warning: "Its clock is 4.0 s ahead of the gateway's." })).toBe(0);
});
