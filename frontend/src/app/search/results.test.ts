import { expect, test } from "vitest";
import { deviceOfAddress, type Findable, isToCome, resultsFor } from "./results";

// A Friday, 21:47:32.
const NOW = Date.UTC(2026, 10, 20, 21, 47, 32);
const LOBBY = {
  full_name: "lab-1/cam3",
  label: "Lobby",
  host: "lab-1",
  device: "cam3",
  group: "Ground floor",
  word: "live",
  removed: false,
} as const;
const LIFTS = { ...LOBBY, full_name: "lab-1/cam4", device: "cam4", label: "Lifts at the lobby" } as const;
const GATE = {
  ...LOBBY,
  full_name: "mall-3/gate",
  host: "mall-3",
  device: "gate",
  label: "Gate 2",
  group: null,
  word: "stalled",
} as const;
const ALL: Findable = {
  pages: [
    { path: "/wall", label: "Wall" },
    { path: "/hosts", label: "Hosts" },
  ],
  devices: [LIFTS, LOBBY, GATE],
  hosts: [
    { name: "lab-1", state: "online" },
    { name: "mall-3", state: "offline" },
  ],
  cameras: [],
  hasCaptions: false,
  openDevice: null,
};

function found(text: string, findable: Findable = ALL): string[] {
  return resultsFor(text, findable, NOW, "utc").flatMap(({ results }) => results.map(({ path }) => path));
}

test("with nothing typed all pages, cameras and hosts are offered", () => {
  const headings = resultsFor("", ALL, NOW, "utc").map(({ heading }) => heading);
  expect(headings).toEqual(["Pages", "Cameras", "Hosts"]);
});

test("a camera is found by its label, name, host and group; those that begin so come first", () => {
  expect(found("lobby")).toEqual(["/devices/lab-1/cam3", "/devices/lab-1/cam4"]);
  expect(found("CAM4")).toEqual(["/devices/lab-1/cam4"]);
  expect(found("ground lifts")).toEqual(["/devices/lab-1/cam4"]);
  expect(found("mall")).toEqual(["/devices/mall-3/gate", "/hosts/mall-3"]);
});

test("whoever may read captions can search them for what was typed", () => {
  const all = { ...ALL, hasCaptions: true };
  expect(found("red truck", all)).toEqual(["/events?q=red+truck"]);
  expect(found("lobby", all).at(-1)).toBe("/events?q=lobby");
  expect(found("yesterday 14:20", all).some((path) => path.startsWith("/events"))).toBe(false);
  expect(resultsFor("zzzz", all, NOW, "utc")[0]?.results[0]?.detail).toContain("is called so");
  expect(found("", all).some((path) => path.startsWith("/events"))).toBe(false);
});

test("a state that is not fine is said beside the name", () => {
  const [cameras] = resultsFor("gate", ALL, NOW, "utc");
  expect(cameras?.results[0]?.detail).toBe("mall-3 · stalled");
});

test("a camera that its host does not have any more is found, and not offered", () => {
  const gone = { ...ALL, devices: [{ ...GATE, removed: true }] };
  expect(found("", gone)).not.toContain("/devices/mall-3/gate");
  expect(found("gate", gone)).toContain("/devices/mall-3/gate");
});

test("a camera of the catalogue leads to its settings and health, also where no host records it", () => {
  const yard = {
    id: "5d1f0f9e",
    external_id: "yard_7",
    name: "Yard",
    status: "offline",
    location: "North",
    host: null,
  } as const;
  const groups = resultsFor("yard", { ...ALL, cameras: [yard] }, NOW, "utc");
  expect(groups.at(-1)?.results).toEqual([
    { path: "/cameras/yard_7", label: "Yard", detail: "North · not recorded · offline", kind: "camera" },
  ]);
});

test("a camera with a time is its player then, a camera with a day its heatmap", () => {
  expect(found("gate yesterday 14:20")).toEqual(["/devices/mall-3/gate?t=2026-11-19T14:20:00Z"]);
  expect(found("14:20 gate 2")).toEqual(["/devices/mall-3/gate?t=2026-11-20T14:20:00Z"]);
  expect(found("gate yesterday")).toEqual(["/heatmap/mall-3/gate?day=2026-11-19"]);
});

test("a time alone is of the camera that is open, then of all", () => {
  expect(found("-3h", { ...ALL, openDevice: "mall-3/gate" }).slice(0, 2)).toEqual([
    "/devices/mall-3/gate?t=2026-11-20T18:47:32Z",
    "/heatmap?day=2026-11-20",
  ]);
  expect(found("14:20")[0]).toBe("/heatmap?day=2026-11-20");
  expect(found("14:20")).toContain("/devices/lab-1/cam3?t=2026-11-20T14:20:00Z");
});

test("what has not been yet cannot be gone to", () => {
  expect(found("2026-11-21 03:12")).toEqual([]);
  expect(isToCome("gate 2026-11-21 03:12", NOW, "utc")).toBe(true);
  expect(isToCome("gate yesterday 03:12", NOW, "utc")).toBe(false);
  expect(isToCome("gate", NOW, "utc")).toBe(false);
});

test("the camera of an address", () => {
  expect(deviceOfAddress("/devices/lab-1/cam3")).toBe("lab-1/cam3");
  expect(deviceOfAddress("/heatmap/lab-1/cam%203")).toBe("lab-1/cam 3");
  expect(deviceOfAddress("/heatmap")).toBeNull();
  expect(deviceOfAddress("/devices/lab-1/100%")).toBeNull();
  expect(deviceOfAddress("/hosts/lab-1")).toBeNull();
});
