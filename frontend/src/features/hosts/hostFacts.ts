/** What is said of a host: sentences and figures from what the gateway knows of it. */
import type { Device, Host, Word } from "@/api/types";
import { bytes, clock, count, dayAndClock, duration, roughly, utcText } from "@/lib/format";
import { capitalised, type Tone, troubleRank } from "@/lib/stateMarks";
import { startOfDay, type Zone } from "@/lib/zone";
import type { DeviceBrief, Disk } from "./hostQueries";

const HOUR_MS = 3_600_000;
const FULL_SOON_HOURS = 24;
const FULL_HOURS = 72;
// An agent sends its minutes every minute; a few are always on their way.
const MANY_MINUTES = 10;

/** The host's state for a person; `now` in ms. */
export function sentenceOfHost(
  host: Pick<Host, "name" | "state" | "sentence" | "last_heartbeat_at">,
  now: number,
): string {
  const silentMs = host.last_heartbeat_at === null ? null : now - Date.parse(host.last_heartbeat_at);
  if (host.state === "offline" && silentMs !== null) {
    return `Host ${host.name} has not reported for ${roughly(silentMs)}. If it is running it keeps recording, and its archive will appear when it is back.`;
  }
  if (host.state === "late" && silentMs !== null) {
    return `Its heartbeat is late: the last one came ${roughly(silentMs)} ago.`;
  }
  if (host.state === "revoked") {
    return `${host.sentence} It goes on recording by itself; to have it back, enrol it again.`;
  }
  return host.sentence;
}

/** "Offline since 14:02:05", with the day where that is another; only the word where it is not silent. */
export function stateText(host: Pick<Host, "state" | "last_heartbeat_at">, now: number, zone: Zone): string {
  const word = capitalised(host.state);
  if (host.last_heartbeat_at === null || (host.state !== "late" && host.state !== "offline")) return word;
  const since = Date.parse(host.last_heartbeat_at);
  const isToday = startOfDay(since, zone) === startOfDay(now, zone);
  return `${word} since ${isToday ? clock(since, zone) : dayAndClock(since, zone, now)}`;
}

/** The time that `stateText` tells, in UTC: for hover. Undefined: it tells none. */
export function silentSinceText(host: Pick<Host, "state" | "last_heartbeat_at">): string | undefined {
  if (host.last_heartbeat_at === null || (host.state !== "late" && host.state !== "offline"))
    return undefined;
  return utcText(Date.parse(host.last_heartbeat_at));
}

/** How many devices show each word, trouble first. */
export function devicesByWord(devices: readonly DeviceBrief[]): { word: Word; count: number }[] {
  const counts = new Map<Word, number>();
  for (const { word } of devices) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .map(([word, number]) => ({ word, count: number }))
    .toSorted((a, b) => troubleRank(a.word) - troubleRank(b.word) || b.count - a.count);
}

/** A disk as it is shown. `usedShare`: 0 to 1. `forecast`, `problem`: sentences, empty for nothing to say. */
export interface DiskFacts {
  usedShare: number;
  free: string;
  forecast: string;
  problem: string;
  tone: Tone;
}

export function diskFacts(disk: Disk): DiskFacts {
  const hours = disk.full_in_hours;
  const soon = hours !== null && hours < FULL_SOON_HOURS;
  const tone: Tone =
    disk.problem !== "" || soon ? "action" : hours !== null && hours < FULL_HOURS ? "attention" : "quiet";
  return {
    usedShare: disk.total_bytes > 0 ? Math.min(1, Math.max(0, 1 - disk.free_bytes / disk.total_bytes)) : 0,
    free: `${bytes(disk.free_bytes)} free of ${bytes(disk.total_bytes)}`,
    forecast: forecast(hours),
    problem: disk.problem,
    tone,
  };
}

function forecast(hours: number | null): string {
  if (hours === null) return "";
  return hours <= 0 ? "Full now" : `Full in ${duration(hours * HOUR_MS)} at today's rate`;
}

/** "Clock 0.02 s behind the gateway's"; empty where it is not known. */
export function clockText(offsetS: number | null): string {
  if (offsetS === null) return "";
  const size = Math.abs(offsetS);
  if (size < 0.005) return "As the gateway's";
  return `${size.toFixed(size < 1 ? 2 : 1)} s ${offsetS > 0 ? "ahead of" : "behind"} the gateway's`;
}

/** Sentences that a person should read, the host's own alarms first. */
export function warningsOf(
  host: Pick<Host, "alarms" | "clock_warning" | "minutes_waiting" | "disks" | "state">,
): string[] {
  const disks = (host.disks ?? []).filter(({ problem }) => problem !== "");
  return [
    ...(host.alarms ?? []),
    ...disks.map(({ root, problem }) => `${root}: ${problem}`),
    ...(host.clock_warning === "" ? [] : [host.clock_warning]),
    ...(host.minutes_waiting > MANY_MINUTES
      ? [
          `${count(host.minutes_waiting, "minute")} of activity ${host.minutes_waiting === 1 ? "waits" : "wait"} to be sent; the heatmap has them later.`,
        ]
      : []),
  ];
}

/** "ffmpeg version 5.1.9-0+deb12u1 Copyright (c) …" as "5.1.9-0+deb12u1". */
export function shortVersion(text: string): string {
  return text.replace(/^\S+ version /, "").replace(/ Copyright .*$/s, "");
}

/** What is said of a device. Its host says that it records; what the pictures show is said here. */
export function sentenceOfDevice(device: Pick<Device, "word" | "sentence">): string {
  switch (device.word) {
    case "frozen":
      return "It records, but the picture stands still. Look at the camera, or at what it shows.";
    case "black":
      return "It records, but the picture is black. Look at the camera's lens, light and cable.";
    default:
      return device.sentence;
  }
}

/** "1280 × 720 · 25 frames/s · h264 · 2.0 Mbit/s": what is known of the recorded video. */
export function videoFacts(
  device: Pick<Device, "width" | "height" | "fps" | "codec" | "bitrate_bps">,
): string {
  const facts = [
    device.width !== null && device.height !== null ? `${device.width} × ${device.height}` : "",
    device.fps !== null ? `${Math.round(device.fps * 10) / 10} frames/s` : "",
    device.codec ?? "",
    device.bitrate_bps !== null ? bitrate(device.bitrate_bps) : "",
  ];
  return facts.filter((fact) => fact !== "").join(" · ");
}

function bitrate(bps: number): string {
  return bps >= 999_500 ? `${(bps / 1e6).toFixed(1)} Mbit/s` : `${Math.round(bps / 1000)} kbit/s`;
}
