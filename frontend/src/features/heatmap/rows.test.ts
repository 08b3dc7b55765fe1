import { expect, test } from "vitest";
import type { Word } from "@/api/types";
import { filtered, missingWords, type Row, sorted, troubleWords } from "./rows";
import { UNKNOWN } from "./series";
import { recordedMinutes } from "./testMinutes";

const NOW = Date.parse("2026-11-21T14:41:00Z");

function row(label: string, facts: Partial<Row> = {}): Row {
  return {
    name: `lab-1/${label.toLowerCase().replaceAll(" ", "-")}`,
    host: "lab-1",
    device: label,
    label,
    group: null,
    groupId: null,
    cameraId: null,
    removed: false,
    word: "live",
    trouble: null,
    minutes: recordedMinutes(1),
    found: null,
    meanActivity: 0,
    knownMinutes: 60,
    missingSeconds: 0,
    ...facts,
  };
}

const labels = (rows: Row[]) => rows.map(({ label }) => label);

test("names sort as people count", () => {
  expect(labels(sorted([row("Rack 12"), row("Gate"), row("Rack 2")], "name"))).toEqual([
    "Gate",
    "Rack 2",
    "Rack 12",
  ]);
});

test("the busiest come first, equals by name", () => {
  const rows = [row("B", { meanActivity: 1 }), row("A", { meanActivity: 1 }), row("C", { meanActivity: 9 })];
  expect(labels(sorted(rows, "activity"))).toEqual(["C", "A", "B"]);
});

test("trouble: what needs action, then what needs a look, then what has most missing", () => {
  const rows = [
    row("Fine"),
    row("Gappy", { missingSeconds: 90 }),
    row("Silent", { word: "host silent" }),
    row("Frozen", { word: "frozen" }),
    row("Gone", { word: "no source", missingSeconds: 600 }),
    row("Removed", { word: "no source", removed: true }),
  ];
  expect(labels(sorted(rows, "trouble"))).toEqual(["Gone", "Frozen", "Silent", "Gappy", "Fine", "Removed"]);
});

test("every word of the text must be found, in label, host or group; group and host must be the same", () => {
  const rows = [
    row("Loading dock", { group: "Yard", groupId: "g1" }),
    row("Street", { name: "lab-2/street", host: "lab-2" }),
  ];
  const none = { text: "", group: "", host: "" };
  expect(labels(filtered(rows, none))).toHaveLength(2);
  expect(labels(filtered(rows, { ...none, text: "dock yard" }))).toEqual(["Loading dock"]);
  expect(labels(filtered(rows, { ...none, text: "dock lab-2" }))).toEqual([]);
  expect(labels(filtered(rows, { ...none, group: "g1" }))).toEqual(["Loading dock"]);
  expect(labels(filtered(rows, { ...none, host: "lab-2" }))).toEqual(["Street"]);
});

test("trouble is said with how long it lasts", () => {
  const device = (word: Word) => ({
    word,
    removed: false,
    since: "2026-11-21T13:49:00Z",
    reported_at: "2026-11-21T14:38:00Z",
  });
  const frozen = recordedMinutes(60, {
    frozen: Object.fromEntries(Array.from({ length: 41 }, (_, i) => [18 + i, 60])),
    frames: { 59: UNKNOWN },
  });
  expect(troubleWords(device("live"), frozen, NOW)).toBeNull();
  expect(troubleWords(device("frozen"), frozen, NOW)).toBe("frozen 41 min");
  expect(troubleWords(device("black"), frozen, NOW)).toBe("black");
  expect(troubleWords(device("host silent"), frozen, NOW)).toBe("silent 3 min");
  expect(troubleWords(device("no source"), frozen, NOW)).toBe("no source 52 min");
  expect(troubleWords({ ...device("live"), removed: true }, frozen, NOW)).toBe("removed");
});

test("the foot adds up what is missing of what is known", () => {
  const rows = [
    row("A", { knownMinutes: 1440, missingSeconds: 6 * 3600 }),
    row("B", { knownMinutes: 1440, missingSeconds: 41 * 60 }),
  ];
  expect(missingWords(rows)).toBe("6 h 41 min missing in 48 h");
  expect(missingWords([row("A")])).toBe("Nothing missing in 1 h");
  expect(missingWords([row("A", { knownMinutes: 30, missingSeconds: 20 })])).toBe("1 min missing in 30 min");
});
