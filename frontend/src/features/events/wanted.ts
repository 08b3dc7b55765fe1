/** Which events an address asks for. */
import type { EventsWanted } from "@/api/events";
import type { Zone } from "@/lib/zone";
import { periodOf } from "./period";

/** Parameters of the address that choose among events. */
export const FILTERS = ["q", "camera", "group", "period", "from", "to", "brief", "similar"] as const;
export type Filter = (typeof FILTERS)[number];

export type Sort = "newest" | "oldest" | "best";

/** What the page changes in its address. */
export type Changes = Partial<Record<Filter | "sort" | "event" | "recent", string | null>>;

export const LONGEST_TEXT = 255;

/** Reads an address; what is wrong is as if it were not there. `nowMs`: where "the last hour" ends. */
export function wantedOf(address: URLSearchParams, nowMs: number, zone: Zone): EventsWanted {
  const text = (name: Filter) => (address.get(name) ?? "").trim().slice(0, LONGEST_TEXT);
  const [camera, group, similar] = [text("camera"), text("group"), text("similar")];
  // Likeness and words are two searches: one of them can be asked for.
  const q = similar === "" ? text("q") : "";
  const { from, to } = periodOf(address, nowMs, zone);
  return {
    ...(q !== "" && { text: q }),
    ...(camera !== "" && { camera }),
    ...(group !== "" && { group_id: group }),
    ...(similar !== "" && { similar_to: similar }),
    ...(from !== null && { from: new Date(from).toISOString() }),
    ...(to !== null && { to: new Date(to).toISOString() }),
    ...(address.get("brief") === "hide" && { brief: false }),
    sort: sortOf(address),
  };
}

/** The order of a list; where nothing is searched for nothing is best. */
export function sortOf(address: URLSearchParams): Sort {
  const sorts = sortsFor(address);
  return sorts.find((one) => one === address.get("sort")) ?? sorts[0] ?? "newest";
}

/** The orders that there are for what the address asks for, the usual one first. */
export function sortsFor(address: URLSearchParams): readonly Sort[] {
  if (isSimilar(address)) return ["best"];
  return isSearch(address) ? ["newest", "oldest", "best"] : ["newest", "oldest"];
}

/** Whether words are searched for. */
export function isSearch(address: URLSearchParams): boolean {
  return (address.get("q") ?? "").trim() !== "" && !isSimilar(address);
}

/** Whether events like another one are searched for. */
export function isSimilar(address: URLSearchParams): boolean {
  return (address.get("similar") ?? "").trim() !== "";
}

/** The address with `changes`, without those that are empty. */
export function withChanges(address: URLSearchParams, changes: Changes): URLSearchParams {
  const next = new URLSearchParams(address);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  if (next.get("period") !== "span") {
    next.delete("from");
    next.delete("to");
  }
  return next;
}

/** Whether anything narrows the list down. */
export function isFiltered(address: URLSearchParams): boolean {
  return FILTERS.some((name) => address.has(name));
}
