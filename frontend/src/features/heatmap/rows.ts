/** The heatmap's rows: what each says of itself, which are shown and in which order. */
import type { Device, Word } from "@/api/types";
import { splitName } from "@/lib/deviceAddress";
import { duration, roughly } from "@/lib/format";
import { troubleRank } from "@/lib/stateMarks";
import { KIND, type Kind, kindOf, seconds } from "./minuteKind";
import { MINUTE_MS } from "./period";
import { type MergedDevice, type Minutes, UNKNOWN, unknownMinutes } from "./series";

export type Sort = "name" | "activity" | "trouble";
export const SORTS: readonly Sort[] = ["name", "activity", "trouble"];

/** A device's row. */
export interface Row {
  /** `lab-1/street`. */
  name: string;
  host: string;
  device: string;
  label: string;
  group: string | null;
  groupId: string | null;
  /** What the device is called in captions; null: its camera is not known. */
  cameraId: string | null;
  removed: boolean;
  /** Null: the list of devices does not have it. */
  word: Word | null;
  /** What is wrong with it now, "frozen 41 min"; null: nothing. */
  trouble: string | null;
  minutes: Minutes;
  /** 1 for each minute in which a search has found something; null: nothing is searched for. */
  found: Uint8Array | null;
  /** Mean activity of the period, 0 to 254. */
  meanActivity: number;
  /** Minutes that are known, and the seconds of them without footage. */
  knownMinutes: number;
  missingSeconds: number;
}

/** Rows of all devices that are in either, in no order. `count`: the period's minutes; all times in ms. */
export function rowsOf(
  devices: readonly Device[],
  merged: ReadonlyMap<string, MergedDevice>,
  count: number,
  nowMs: number,
): Row[] {
  const listed = new Map(devices.map((device) => [device.full_name, device]));
  const rows: Row[] = [];
  for (const name of new Set([...listed.keys(), ...merged.keys()])) {
    const device = listed.get(name);
    const found = merged.get(name);
    const minutes = found?.minutes ?? unknownMinutes(count);
    const removed = device?.removed ?? found?.removed ?? false;
    rows.push({
      name,
      ...splitName(name),
      label: device?.label ?? found?.label ?? name,
      group: device?.group ?? found?.group ?? null,
      groupId: device?.group_id ?? found?.groupId ?? null,
      cameraId: device?.external_id ?? null,
      removed,
      word: device?.word ?? null,
      trouble: device === undefined ? null : troubleWords(device, minutes, nowMs),
      minutes,
      found: null,
      ...sums(minutes),
    });
  }
  return rows;
}

type Sums = Pick<Row, "meanActivity" | "knownMinutes" | "missingSeconds">;

// Devices' states come in every few seconds, their minutes once a minute: the same ones are not added up again.
const known = new WeakMap<Minutes, Sums>();

function sums(minutes: Minutes): Sums {
  const before = known.get(minutes);
  if (before !== undefined) return before;
  const made = addedUp(minutes);
  known.set(minutes, made);
  return made;
}

function addedUp(minutes: Minutes): Sums {
  let [activity, analysed, count, missing] = [0, 0, 0, 0];
  for (let minute = 0; minute < minutes.frames.length; minute += 1) {
    if (minutes.frames[minute] === UNKNOWN) continue;
    count += 1;
    missing += seconds(minutes.missing, minute);
    const level = minutes.activity[minute] ?? UNKNOWN;
    if (level === UNKNOWN) continue;
    analysed += 1;
    activity += level;
  }
  return {
    meanActivity: analysed === 0 ? 0 : activity / analysed,
    knownMinutes: count,
    missingSeconds: missing,
  };
}

/** What is wrong with a device now: "frozen 41 min", "silent 3 min", "no source 52 min"; null: nothing. */
export function troubleWords(
  device: Pick<Device, "word" | "since" | "reported_at" | "removed">,
  minutes: Minutes,
  nowMs: number,
): string | null {
  if (device.removed) return "removed";
  const ago = (time: string | null) => (time === null ? "" : ` ${roughly(nowMs - Date.parse(time))}`);
  switch (device.word) {
    case "live":
      return null;
    case "host silent":
      return `silent${ago(device.reported_at)}`;
    case "frozen":
      return `frozen${lasting(minutes, KIND.frozen)}`;
    case "black":
      return `black${lasting(minutes, KIND.black)}`;
    default:
      return `${device.word}${ago(device.since)}`;
  }
}

// How long the newest known minutes have been of a kind; the device's own "since" tells another thing.
function lasting(minutes: Minutes, kind: Kind): string {
  let last = minutes.frames.length - 1;
  while (last >= 0 && minutes.frames[last] === UNKNOWN) last -= 1;
  let first = last;
  while (first >= 0 && kindOf(minutes, first) === kind) first -= 1;
  return first === last ? "" : ` ${roughly((last - first) * MINUTE_MS)}`;
}

/** `rows` with what a search has found of them, by name; null: nothing is searched for. */
export function withFound(
  rows: readonly Row[],
  found: ReadonlyMap<string, { minutes: Uint8Array }> | null,
): readonly Row[] {
  return found === null ? rows : rows.map((row) => ({ ...row, found: found.get(row.name)?.minutes ?? NONE }));
}

const NONE = new Uint8Array();

const byName = (a: Row, b: Row) =>
  a.label.localeCompare(b.label, "en", { numeric: true }) || (a.name < b.name ? -1 : 1);
const rank = (row: Row) => (row.word === null || row.removed ? 2.5 : troubleRank(row.word));

const ORDERS: Record<Sort, (a: Row, b: Row) => number> = {
  name: byName,
  activity: (a, b) => b.meanActivity - a.meanActivity || byName(a, b),
  trouble: (a, b) => rank(a) - rank(b) || b.missingSeconds - a.missingSeconds || byName(a, b),
};

/** `rows` in an order that is the same for the same rows. */
export function sorted(rows: readonly Row[], sort: Sort): Row[] {
  return rows.toSorted(ORDERS[sort]);
}

/** What rows are shown of. Empty texts leave all. */
export interface Filter {
  text: string;
  /** A group's id. */
  group: string;
  host: string;
}

/** The rows that a filter leaves: every word of its text is in label, name or group. */
export function filtered(rows: readonly Row[], filter: Filter): Row[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (filter.group !== "" && row.groupId !== filter.group) return false;
    if (filter.host !== "" && row.host !== filter.host) return false;
    const own = `${row.label} ${row.name} ${row.group ?? ""} ${row.trouble ?? ""}`.toLowerCase();
    return words.every((word) => own.includes(word));
  });
}

/** `6 h 41 min missing in 432 h`: of the time that is known of these rows. */
export function missingWords(rows: readonly Row[]): string {
  const missing = rows.reduce((sum, row) => sum + row.missingSeconds, 0);
  const known = rows.reduce((sum, row) => sum + row.knownMinutes, 0) * MINUTE_MS;
  const of =
    known >= 60 * MINUTE_MS
      ? `${Math.round(known / (60 * MINUTE_MS)).toLocaleString("en-GB")} h`
      : duration(known);
  return `${missing === 0 ? "Nothing" : minutesText(missing)} missing in ${of}`;
}

// To the minute, and more than two days in hours: beside hours of footage, days would have to be converted.
function minutesText(secondCount: number): string {
  const minutes = Math.max(1, Math.round(secondCount / 60));
  const rest = minutes % 60;
  return minutes < 60
    ? `${minutes} min`
    : `${Math.floor(minutes / 60).toLocaleString("en-GB")} h${rest === 0 ? "" : ` ${rest} min`}`;
}
