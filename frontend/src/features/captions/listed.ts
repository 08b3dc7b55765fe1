/** Which of the lists of captions an address asks for, and which part of it. */
import { RUN_STATES, type RunState, TRIGGERS, type Trigger } from "./migrationFacts";

export const PAGE_SIZE = 20;
const LONGEST = 255;
const LAST_PAGE = 1_000_000;

export const LISTS = ["cameras", "history"] as const;
export type List = (typeof LISTS)[number];

/** What narrows the lists down, as parameters of the address. */
export const FILTERS = ["search", "cached", "camera", "state", "trigger"] as const;
export type Filter = (typeof FILTERS)[number];

/** Which list is open; what makes no sense is as if it were not there. */
export function listOf(address: URLSearchParams): List {
  return LISTS.find((one) => one === address.get("list")) ?? "cameras";
}

export function isList(text: string): text is List {
  return LISTS.some((one) => one === text);
}

/** Whether an address leaves anything out of its list. */
export function isNarrowed(address: URLSearchParams): boolean {
  return FILTERS.some((name) => (address.get(name) ?? "") !== "");
}

/** What changes of an address: its filters, its list, its page; null and "" take one away. */
export type Changes = Partial<Record<Filter | "list" | "page", string | null>>;

/** The address without its filters. */
export const WITHOUT_FILTERS: Changes = {
  search: null,
  cached: null,
  camera: null,
  state: null,
  trigger: null,
};

/** The page that is asked for, from 1. */
export function pageOf(address: URLSearchParams): number {
  const page = Number(address.get("page") ?? "1");
  return Number.isInteger(page) && page >= 1 && page <= LAST_PAGE ? page : 1;
}

/** Which cameras are listed, as the gateway takes it. */
export interface CamerasWanted {
  search?: string;
  cached_only?: true;
}

export function camerasWantedOf(address: URLSearchParams): CamerasWanted {
  const search = textOf(address, "search");
  return {
    ...(search !== "" && { search }),
    ...(address.get("cached") === "1" && { cached_only: true }),
  };
}

/** Which runs are listed, as the gateway takes it. */
export interface RunsWanted {
  camera?: string;
  state?: RunState;
  trigger?: Trigger;
}

export function runsWantedOf(address: URLSearchParams): RunsWanted {
  const camera = textOf(address, "camera");
  const state = RUN_STATES.find((one) => one === address.get("state"));
  const trigger = TRIGGERS.find((one) => one === address.get("trigger"));
  return {
    ...(camera !== "" && { camera }),
    ...(state !== undefined && { state }),
    ...(trigger !== undefined && { trigger }),
  };
}

/** The address with `changes`, without those that are empty; another list or filter begins at page 1. */
export function withChanges(address: URLSearchParams, changes: Changes): URLSearchParams {
  const next = new URLSearchParams(address);
  if ("list" in changes) for (const name of FILTERS) next.delete(name);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  if (!("page" in changes)) next.delete("page");
  return next;
}

function textOf(address: URLSearchParams, name: Filter): string {
  return (address.get(name) ?? "").trim().slice(0, LONGEST);
}
