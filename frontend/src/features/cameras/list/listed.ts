/** Which cameras a page's address asks for. */
import type { CameraStatus } from "@/features/cameras/cameraTypes";
import { CAMERA_STATUSES } from "@/lib/stateMarks";

export const SORT_KEYS = ["name", "status", "group", "host", "last_connected", "createdAt"] as const;
export type SortKey = (typeof SORT_KEYS)[number];
export type Sort = SortKey | `-${SortKey}`;

export const PAGE_SIZES = [20, 50, 100] as const;

/** What is listed, as the gateway takes it. */
export interface Listed {
  search?: string;
  status?: CameraStatus;
  group_id?: string;
  host?: string;
  managed_by?: "gateway" | "host";
  active_only?: true;
  sort: Sort;
  page: number;
  page_size: number;
}

/** The parameters of an address that leave cameras out. */
export const FILTERS = ["search", "status", "group", "host", "managed", "active"] as const;
export type Filter = (typeof FILTERS)[number];

const LONGEST_SEARCH = 255;
const LAST_PAGE = 1_000_000;

/** Reads an address's parameters; what is wrong is as if it were not there. */
export function listedOf(address: URLSearchParams): Listed {
  const text = (name: string) => (address.get(name) ?? "").trim().slice(0, LONGEST_SEARCH);
  const status = CAMERA_STATUSES.find((one) => one === address.get("status"));
  const managed = address.get("managed");
  const page = Number(address.get("page") ?? "1");
  const size = Number(address.get("size"));
  return {
    ...(text("search") !== "" && { search: text("search") }),
    ...(status !== undefined && { status }),
    ...(text("group") !== "" && { group_id: text("group") }),
    ...(text("host") !== "" && { host: text("host") }),
    ...((managed === "gateway" || managed === "host") && { managed_by: managed }),
    ...(address.get("active") === "1" && { active_only: true }),
    sort: sortOf(address.get("sort") ?? ""),
    page: Number.isInteger(page) && page >= 1 && page <= LAST_PAGE ? page : 1,
    page_size: PAGE_SIZES.find((one) => one === size) ?? PAGE_SIZES[0],
  };
}

function sortOf(text: string): Sort {
  const key = SORT_KEYS.find((one) => text === one || text === `-${one}`);
  if (key === undefined) return "name";
  return text.startsWith("-") ? `-${key}` : key;
}

/** Whether an address leaves any camera out. */
export function isFiltered(address: URLSearchParams): boolean {
  return FILTERS.some((name) => (address.get(name) ?? "") !== "");
}

/** The address with `name` set to `value`, or without it where that is empty; another list begins at page 1. */
export function withParameter(address: URLSearchParams, name: string, value: string | null): URLSearchParams {
  const next = new URLSearchParams(address);
  if (value === null || value === "") next.delete(name);
  else next.set(name, value);
  if (name !== "page" && name !== "form") next.delete("page");
  return next;
}

/** The address without its filters: sorting and page size stay. */
export function withoutFilters(address: URLSearchParams): URLSearchParams {
  return FILTERS.reduce((next, name) => withParameter(next, name, null), address);
}

/** What a press on a column's head sorts by next. */
export function nextSort(sort: Sort, key: SortKey): Sort {
  return sort === key ? `-${key}` : key;
}
