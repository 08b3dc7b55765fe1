import { expect, test } from "vitest";
import {
  clockText,
  devicesByWord,
  diskFacts,
  sentenceOfDevice,
  sentenceOfHost,
  shortVersion,
  silentSinceText,
  stateText,
  videoFacts,
  warningsOf,
} from "./hostFacts";

const NOW = Date.parse("2026-11-21T14:00:00Z");
const disk = (over: object = {}) => ({
  root: "/srv",
  free_bytes: 65e9,
  total_bytes: 100e9,
  full_in_hours: null,
  problem: "",
  ...over,
});

test("a silent host says for how long, and that its footage is not lost", () => {
  const host = {
    name: "lab-2",
    state: "offline" as const,
    sentence: "Its heartbeats have stopped.",
    last_heartbeat_at: "2026-11-21T13:57:00Z",
  };
  expect(sentenceOfHost(host, NOW)).toBe(
    "Host lab-2 has not reported for 3 min. If it is running it keeps recording, and its archive will appear when it is back.",
  );
  expect(sentenceOfHost({ ...host, state: "late" }, NOW)).toBe(
    "Its heartbeat is late: the last one came 3 min ago.",
  );
});

test("a host that never reported, or reports, has the gateway's sentence", () => {
  const never = { name: "lab-2", state: "offline" as const, sentence: "It is not enrolled." };
  expect(sentenceOfHost({ ...never, last_heartbeat_at: null }, NOW)).toBe("It is not enrolled.");
  const online = { name: "lab-1", state: "online" as const, sentence: "It reports." };
  expect(sentenceOfHost({ ...online, last_heartbeat_at: "2026-11-21T13:59:58Z" }, NOW)).toBe("It reports.");
});

test("devices are counted by word, trouble first", () => {
  const device = (word: "live" | "frozen" | "stopped") => ({ device: "a", label: "A", word });
  expect(devicesByWord([device("live"), device("live"), device("stopped"), device("frozen")])).toEqual([
    { word: "frozen", count: 1 },
    { word: "stopped", count: 1 },
    { word: "live", count: 2 },
  ]);
});

test("a disk tells what is free, and when it is full only where that is known", () => {
  expect(diskFacts(disk())).toEqual({
    usedShare: 0.35,
    free: "65.0 GB free of 100 GB",
    forecast: "",
    problem: "",
    tone: "quiet",
  });
  expect(diskFacts(disk({ full_in_hours: 76 })).forecast).toBe("Full in 3 d 4 h at today's rate");
});

test("a disk that is full within three days asks for a look, within a day for action", () => {
  expect(diskFacts(disk({ full_in_hours: 76 })).tone).toBe("quiet");
  expect(diskFacts(disk({ full_in_hours: 50 })).tone).toBe("attention");
  expect(diskFacts(disk({ full_in_hours: 5 })).tone).toBe("action");
  expect(diskFacts(disk({ problem: "It cannot be written." })).tone).toBe("action");
});

test("a disk of no size does not divide by it", () => {
  expect(diskFacts(disk({ total_bytes: 0, free_bytes: 0 })).usedShare).toBe(0);
});

test("the clock's offset has a side", () => {
  expect(clockText(-0.023)).toBe("0.02 s behind the gateway's");
  expect(clockText(3.44)).toBe("3.4 s ahead of the gateway's");
  expect(clockText(0.001)).toBe("As the gateway's");
  expect(clockText(null)).toBe("");
});

test("alarms, disks, clock and waiting minutes are said, and a few minutes on their way are not", () => {
  const fine = {
    alarms: [],
    clock_warning: "",
    minutes_waiting: 3,
    disks: [disk()],
    state: "online" as const,
  };
  expect(warningsOf(fine)).toEqual([]);
  expect(
    warningsOf({
      ...fine,
      alarms: ["Redis is full."],
      clock_warning: "Its clock is 4.0 s ahead of the gateway's.",
      minutes_waiting: 90,
      disks: [disk({ problem: "It cannot be written." })],
    }),
  ).toEqual([
    "Redis is full.",
    "/srv: It cannot be written.",
    "Its clock is 4.0 s ahead of the gateway's.",
    "90 minutes of activity wait to be sent; the heatmap has them later.",
  ]);
});

test("what the user may not see is no warning", () => {
  expect(
    warningsOf({ alarms: null, clock_warning: "", minutes_waiting: 0, disks: null, state: "online" }),
  ).toEqual([]);
});

test("a version is shown without the name and the rights of its program", () => {
  expect(shortVersion("ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers")).toBe(
    "5.1.9-0+deb12u1",
  );
  expect(shortVersion("3.11.7")).toBe("3.11.7");
});

test("facts of the video are those that are known", () => {
  const none = { width: null, height: null, fps: null, codec: null, bitrate_bps: null };
  expect(videoFacts(none)).toBe("");
  expect(
    videoFacts({ ...none, width: 1280, height: 720, fps: 25, codec: "h264", bitrate_bps: 1_990_855 }),
  ).toBe("1280 × 720 · 25 frames/s · h264 · 2.0 Mbit/s");
  expect(videoFacts({ ...none, bitrate_bps: 87_078 })).toBe("87 kbit/s");
});

test("a device whose picture stands still or is black says so, beyond what its host says", () => {
  expect(sentenceOfDevice({ word: "frozen", sentence: "Recording." })).toContain("the picture stands still");
  expect(sentenceOfDevice({ word: "black", sentence: "Recording." })).toContain("the picture is black");
  expect(sentenceOfDevice({ word: "live", sentence: "Recording." })).toBe("Recording.");
});

test("a silent host's state says since when, with the day where that is another", () => {
  const offline = { state: "offline" as const, last_heartbeat_at: "2026-11-21T13:57:00Z" };
  expect(stateText(offline, NOW, "utc")).toBe("Offline since 13:57:00");
  expect(stateText({ ...offline, last_heartbeat_at: "2026-11-20T21:00:00Z" }, NOW, "utc")).toBe(
    "Offline since Fri 20 Nov 21:00:00",
  );
  expect(stateText({ ...offline, last_heartbeat_at: null }, NOW, "utc")).toBe("Offline");
  expect(stateText({ ...offline, state: "online" }, NOW, "utc")).toBe("Online");
  expect(stateText({ ...offline, state: "revoked" }, NOW, "utc")).toBe("Revoked");
  expect(stateText({ ...offline, last_heartbeat_at: "2025-11-20T21:00:00Z" }, NOW, "utc")).toBe(
    "Offline since Thu 20 Nov 2025 21:00:00",
  );
  expect(silentSinceText(offline)).toBe("2026-11-21 13:57:00 UTC");
  expect(silentSinceText({ ...offline, state: "online" })).toBeUndefined();
});
