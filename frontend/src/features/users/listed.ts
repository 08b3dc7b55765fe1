/** Which users a page's address asks for. */
import { isRole, type Role } from "./userForm";

export const SORT_KEYS = ["username", "email", "role", "last_login_at"] as const;
export type SortKey = (typeof SORT_KEYS)[number];
export type Sort = SortKey | `-${SortKey}`;

export const PAGE_SIZE = 20;

/** What is listed, as the gateway takes it. */
export interface Listed {
  search?: string;
  role?: Role;
  is_active?: boolean;
  sort: Sort;
  page: number;
}

/** Reads `?search=&role=&state=&sort=&page=`; what is wrong is as if it were not there. */
export function listedOf(address: URLSearchParams): Listed {
  const search = (address.get("search") ?? "").trim().slice(0, 255);
  const role = address.get("role") ?? "";
  const state = address.get("state");
  const page = Number(address.get("page") ?? "1");
  return {
    ...(search !== "" && { search }),
    ...(isRole(role) && { role }),
    ...((state === "active" || state === "disabled") && { is_active: state === "active" }),
    sort: sortOf(address.get("sort") ?? ""),
    page: Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1,
  };
}

function sortOf(text: string): Sort {
  const key = SORT_KEYS.find((one) => text === one || text === `-${one}`);
  if (key === undefined) return "username";
  return text.startsWith("-") ? `-${key}` : key;
}

/** The address with `name` set to `value`, or without it where that is null; another list begins at page 1. */
export function withParameter(address: URLSearchParams, name: string, value: string | null): URLSearchParams {
  const next = new URLSearchParams(address);
  if (value === null || value === "") next.delete(name);
  else next.set(name, value);
  if (name !== "page") next.delete("page");
  return next;
}

/** What a press on a column's head sorts by next. */
export function nextSort(sort: Sort, key: SortKey): Sort {
  return sort === key ? `-${key}` : key;
}
