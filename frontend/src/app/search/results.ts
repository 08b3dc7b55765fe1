/** What the palette finds for what was typed. */
import type { Camera, Device, Host } from "@/api/types";
import { cameraPath } from "@/lib/cameraAddress";
import { deviceHeatmapPath, playerPath, splitName } from "@/lib/deviceAddress";
import { clock, day, isoDay } from "@/lib/format";
import { findMoment, type Moment } from "@/lib/parseMoment";
import type { Zone } from "@/lib/zone";

/** A line of the palette: `path` is where it leads. */
export interface Result {
  path: string;
  label: string;
  /** What tells it from others: the host, the state. */
  detail: string;
  kind: "page" | "device" | "host" | "moment" | "camera" | "captions";
}

export interface ResultGroup {
  heading: string;
  results: Result[];
}

/** What can be found, and what the viewer sees now. */
export interface Findable {
  pages: readonly { path: string; label: string }[];
  devices: readonly Pick<Device, "full_name" | "label" | "host" | "device" | "group" | "word" | "removed">[];
  hosts: readonly Pick<Host, "name" | "state">[];
  /** Cameras of the catalogue that the gateway has found for the same text. */
  cameras: readonly Pick<Camera, "id" | "external_id" | "name" | "status" | "location" | "host">[];
  /** Whether captions may be searched. */
  hasCaptions: boolean;
  /** The device ("lab-1/cam3") whose player or heatmap is open, else null. */
  openDevice: string | null;
}

const MOST_A_GROUP = 8;

/** Groups of results, the likeliest first. With nothing typed: where one may go. */
export function resultsFor(text: string, found: Findable, nowMs: number, zone: Zone): ResultGroup[] {
  const typed = text.trim();
  const words = wordsOf(typed);
  const timed = typed === "" ? null : findMoment(typed, nowMs, zone);
  const others = [
    { heading: "Times", results: timed === null ? [] : momentResults(timed, found, nowMs, zone) },
    { heading: "Pages", results: found.pages.filter(({ label }) => matches(words, [label])).map(pageResult) },
    { heading: "Cameras", results: matchingDevices(words, found).map((device) => deviceResult(device)) },
    { heading: "Hosts", results: hostResults(words, found) },
    { heading: "Settings and health of cameras", results: found.cameras.map(cameraResult) },
  ];
  const isNamed = others.some(({ results }) => results.length > 0);
  const isSearchable = found.hasCaptions && typed !== "" && timed === null;
  const groups = [
    ...others,
    { heading: "Captions", results: isSearchable ? [captionsResult(typed, isNamed)] : [] },
  ];
  return groups
    .filter(({ results }) => results.length > 0)
    .map((group) => ({ ...group, results: group.results.slice(0, MOST_A_GROUP) }));
}

/** Whether `text` names a time that has not been yet, for which nothing is found. */
export function isToCome(text: string, nowMs: number, zone: Zone): boolean {
  const timed = findMoment(text, nowMs, zone);
  return timed !== null && timed.moment.ms > nowMs;
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}

function matches(words: readonly string[], texts: readonly (string | null)[]): boolean {
  const all = texts.join(" ").toLowerCase();
  return words.every((word) => all.includes(word));
}

type FoundDevice = Findable["devices"][number];

// Those whose label begins with it come first.
function matchingDevices(words: readonly string[], { devices }: Findable): FoundDevice[] {
  const begins = ({ label }: FoundDevice) => (label.toLowerCase().startsWith(words[0] ?? "") ? 0 : 1);
  return devices
    .filter((device) => !device.removed || words.length > 0)
    .filter((device) => matches(words, [device.label, device.full_name, device.host, device.group]))
    .toSorted((one, other) => begins(one) - begins(other));
}

function pageResult({ path, label }: { path: string; label: string }): Result {
  return { path, label, detail: "", kind: "page" };
}

// What cameras saw is searched on its own page: that needs more room than a line.
function captionsResult(text: string, isNamed: boolean): Result {
  return {
    path: `/events?${new URLSearchParams({ q: text })}`,
    label: `Search captions for “${text}”`,
    detail: isNamed ? "what cameras saw" : "no camera, host or page is called so",
    kind: "captions",
  };
}

function deviceResult(device: FoundDevice): Result {
  const detail = [device.host, device.group, device.word === "live" ? null : device.word];
  return {
    path: playerPath(device),
    label: device.label,
    detail: detail.filter((one) => one !== null).join(" · "),
    kind: "device",
  };
}

function cameraResult(camera: Findable["cameras"][number]): Result {
  const detail = [
    camera.location,
    camera.host ?? "not recorded",
    camera.status === "live" ? null : camera.status,
  ];
  return {
    path: cameraPath(camera),
    label: camera.name,
    detail: detail.filter((one) => one !== null).join(" · "),
    kind: "camera",
  };
}

function hostResults(words: readonly string[], { hosts }: Findable): Result[] {
  return hosts
    .filter(({ name }) => matches(words, [name]))
    .map(({ name, state }) => ({
      path: `/hosts/${encodeURIComponent(name)}`,
      label: name,
      detail: state === "online" ? "" : state,
      kind: "host",
    }));
}

function momentResults(
  { moment, rest }: { moment: Moment; rest: string },
  found: Findable,
  nowMs: number,
  zone: Zone,
): Result[] {
  const when = moment.isDay
    ? day(moment.ms, zone, nowMs)
    : `${day(moment.ms, zone, nowMs)} ${clock(moment.ms, zone)}`;
  if (moment.ms > nowMs) return [];
  const of = (device: FoundDevice): Result => ({
    path: moment.isDay
      ? `${deviceHeatmapPath(device)}?day=${isoDay(moment.ms, zone)}`
      : playerPath(device, moment.ms),
    label: `${device.label}, ${when}`,
    detail: moment.isDay ? `${device.host} · day as a heatmap` : device.host,
    kind: "moment",
  });
  const fleet: Result = {
    path: `/heatmap?day=${isoDay(moment.ms, zone)}`,
    label: `All cameras, ${day(moment.ms, zone, nowMs)}`,
    detail: "day as a heatmap",
    kind: "moment",
  };
  if (rest !== "") return matchingDevices(wordsOf(rest), found).map(of);
  const open = found.devices.find(({ full_name }) => full_name === found.openDevice);
  const others = found.devices.filter((device) => device !== open && !device.removed).map(of);
  return [...(open === undefined ? [] : [of(open)]), fleet, ...others];
}

/** The device that an address of a player or heatmap is about ("lab-1/cam3"); null: none. */
export function deviceOfAddress(pathname: string): string | null {
  const found = /^\/(?:devices|heatmap)\/([^/]+\/[^/]+)$/.exec(pathname);
  if (found?.[1] === undefined) return null;
  const { host, device } = splitName(found[1]);
  try {
    return `${decodeURIComponent(host)}/${decodeURIComponent(device)}`;
  } catch {
    return null; // "%" with something else than two digits behind it
  }
}
