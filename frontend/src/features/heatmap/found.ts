/** Which minutes a search for captions has found. */
import type { EventMinutes } from "@/api/events";
import { count } from "@/lib/format";
import { HOUR_MS, MINUTE_MS, minutesOf, type Period } from "./period";

/** What was found of a device: byte i is 1 where minute i of the period has an event. */
export interface FoundMinutes {
  minutes: Uint8Array;
  /** The camera's name in captions. */
  cameraId: string;
}

/** The minutes of `period` that were found, by device ("lab-1/street"). */
export function foundMinutes(answer: EventMinutes, period: Period): Map<string, FoundMinutes> {
  const found = new Map<string, FoundMinutes>();
  for (const { device, camera_id, minutes } of answer.devices) {
    if (device === null) continue;
    const row = found.get(device)?.minutes ?? new Uint8Array(minutesOf(period));
    for (const ms of minutes) {
      const index = Math.floor((ms - period.fromMs) / MINUTE_MS);
      // Written beyond its end an array of bytes would stay as it is; before it, it would be no longer one.
      if (index >= 0) row[index] = 1;
    }
    found.set(device, { minutes: row, cameraId: camera_id });
  }
  return found;
}

/** `30 minutes`, of all rows that are shown; `nothing`. `isCut`: there are more than the gateway tells. */
export function foundWords(rows: readonly { found: Uint8Array | null }[], isCut: boolean): string {
  let minutes = 0;
  for (const { found } of rows) minutes += found?.reduce((sum, lit) => sum + lit, 0) ?? 0;
  if (minutes === 0) return "nothing";
  return `${isCut ? "more than " : ""}${count(minutes, "minute")}`;
}

/** What is asked for, so that the same question comes again for an hour while the period moves on. */
export function partToSearch(period: Period): { fromMs: number; toMs: number } {
  return {
    fromMs: Math.floor(period.fromMs / HOUR_MS) * HOUR_MS,
    toMs: Math.ceil(period.toMs / HOUR_MS) * HOUR_MS,
  };
}

/** A search and what it has found, by device. */
export interface Sought {
  text: string;
  devices: ReadonlyMap<string, FoundMinutes>;
}

/** What to ask for the words that were found in a minute of a row; null: nothing was. */
export function soughtAt(
  sought: Sought | null,
  row: { name: string; found: Uint8Array | null },
  minute: number,
): { text: string; cameraId: string } | null {
  const device = sought?.devices.get(row.name);
  if (sought === null || device === undefined || row.found?.[minute] !== 1) return null;
  return { text: sought.text, cameraId: device.cameraId };
}

/**
 * What to ask for the words of a minute that nothing was searched in; null: nothing is to be asked. `areOn`: captions
 * are in use, and may be read.
 */
export function captionAt(
  row: { cameraId: string | null; host: string },
  areOn: boolean,
): { text: ""; cameraId: string; host: string } | null {
  return areOn && row.cameraId !== null ? { text: "", cameraId: row.cameraId, host: row.host } : null;
}

/** Of which devices the heatmap was: kept on the way to one of them and back. */
export function kept(address: URLSearchParams): Record<"name" | "group" | "host", string | null> {
  return { name: address.get("name"), group: address.get("group"), host: address.get("host") };
}

/** What of an address belongs to links that keep day and search; empty where there is nothing. */
export function searchOf(kept: Readonly<Record<string, string | null>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(kept))
    if (value !== null && value !== "") search.set(name, value);
  return search.size === 0 ? "" : `?${search}`;
}
