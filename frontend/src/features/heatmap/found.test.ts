import { expect, test } from "vitest";
import type { EventMinutes } from "@/api/events";
import { captionAt, foundMinutes, foundWords, kept, partToSearch, searchOf, soughtAt } from "./found";
import { MINUTE_MS, type Period } from "./period";

const FROM = Date.UTC(2026, 10, 20, 21, 48);
const PERIOD: Period = { fromMs: FROM, toMs: FROM + 10 * MINUTE_MS, kind: "last" };

function answer(devices: EventMinutes["devices"]): EventMinutes {
  return { from: "", to: "", complete_from: "", devices, events: 1, truncated: false };
}

function device(name: string | null, ...minutes: number[]) {
  const times = minutes.map((minute) => FROM + minute * MINUTE_MS);
  return { device: name, camera: "Gate", camera_id: "cam_001", minutes: times, events: 1 };
}

test("found minutes are lit where they are in the period, others nowhere", () => {
  const found = foundMinutes(answer([device("lab-1/gate", -3, 0, 1, 9, 10, 400)]), PERIOD);
  expect([...(found.get("lab-1/gate")?.minutes ?? [])]).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(found.get("lab-1/gate")?.cameraId).toBe("cam_001");
});

test("what no device recorded has no row, and what one recorded as two cameras is one row", () => {
  const two = answer([device("lab-1/gate", 1), device("lab-1/gate", 4), device(null, 2)]);
  const found = foundMinutes(two, PERIOD);
  expect([...found.keys()]).toEqual(["lab-1/gate"]);
  expect(found.get("lab-1/gate")?.minutes.reduce((sum, lit) => sum + lit, 0)).toBe(2);
});

test("it is said how many minutes were found of what is shown", () => {
  const rows = [{ found: new Uint8Array([0, 1, 1]) }, { found: null }, { found: new Uint8Array([1]) }];
  expect(foundWords(rows, false)).toBe("3 minutes");
  expect(foundWords(rows, true)).toBe("more than 3 minutes");
  expect(foundWords([{ found: null }], false)).toBe("nothing");
});

test("what is asked for stays the same while the last 24 hours move on within the hour", () => {
  const later = { ...PERIOD, fromMs: PERIOD.fromMs + MINUTE_MS, toMs: PERIOD.toMs + MINUTE_MS };
  expect(partToSearch(later)).toEqual(partToSearch(PERIOD));
  expect(partToSearch(PERIOD).fromMs).toBeLessThanOrEqual(PERIOD.fromMs);
  expect(partToSearch(PERIOD).toMs).toBeGreaterThanOrEqual(PERIOD.toMs);
});

test("the words of a minute are asked for only where something was found in it", () => {
  const devices = foundMinutes(answer([device("lab-1/gate", 1)]), PERIOD);
  const row = { name: "lab-1/gate", found: devices.get("lab-1/gate")?.minutes ?? null };
  const sought = { text: "van", devices };
  expect(soughtAt(sought, row, 1)).toEqual({ text: "van", cameraId: "cam_001" });
  expect(soughtAt(sought, row, 2)).toBeNull();
  expect(soughtAt(sought, { name: "lab-1/lobby", found: new Uint8Array() }, 1)).toBeNull();
  expect(soughtAt(null, row, 1)).toBeNull();
});

test("links keep the day and what is searched for", () => {
  expect(searchOf({ day: "2026-11-20", q: "red van" })).toBe("?day=2026-11-20&q=red+van");
  expect(searchOf({ day: null, q: "" })).toBe("");
});

test("the way to a device and back keeps of which devices the heatmap was", () => {
  const address = new URLSearchParams("name=door&group=g1&host=lab-1&sort=name&day=2026-11-20");
  expect(searchOf(kept(address))).toBe("?name=door&group=g1&host=lab-1");
  expect(searchOf(kept(new URLSearchParams()))).toBe("");
});

test("of a minute that nothing was searched in the caption is asked for where captions are on", () => {
  const row = { cameraId: "cam_001", host: "lab-1" };
  expect(captionAt(row, true)).toEqual({ text: "", cameraId: "cam_001", host: "lab-1" });
  expect(captionAt(row, false)).toBeNull();
  expect(captionAt({ ...row, cameraId: null }, true)).toBeNull();
});
