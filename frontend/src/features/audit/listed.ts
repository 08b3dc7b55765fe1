/** Which deeds a page's address asks for. */
import { timeOf, type Zone } from "@/lib/zone";

export const PAGE_SIZE = 20;
const LONGEST = 255;
const HOUR_MS = 3_600_000;

/** Periods that end now, in ms. */
export const PERIODS = {
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 7 * 24 * HOUR_MS,
  "30d": 30 * 24 * HOUR_MS,
} as const;
export type Period = keyof typeof PERIODS;
/** Whole days that are named, as a further choice beside the periods. */
export const DAYS = "days";

/** What narrows the list down, as parameters of the address. */
export const FILTERS = ["user", "kind", "verb", "subject", "period", "first", "last", "search"] as const;
export type Filter = (typeof FILTERS)[number];

/** What is listed, as the gateway takes it. */
export interface Wanted {
  user?: string;
  action?: string;
  subject_kind?: string;
  subject_id?: string;
  from?: string;
  to?: string;
  search?: string;
}

/** Reads the filters of an address; what is wrong is as if it were not there. `nowMs`: where periods end. */
export function wantedOf(address: URLSearchParams, nowMs: number, zone: Zone): Wanted {
  const text = (name: Filter) => (address.get(name) ?? "").trim().slice(0, LONGEST);
  const user = text("user");
  const kind = text("kind");
  const verb = text("verb");
  const subject = text("subject");
  const search = text("search");
  return {
    ...(user !== "" && { user }),
    ...(kind !== "" && { subject_kind: kind }),
    ...(verb !== "" && { action: kind === "" ? verb : `${kind}.${verb}` }),
    ...(subject !== "" && { subject_id: subject }),
    ...(search !== "" && { search }),
    ...timesOf(address, nowMs, zone),
  };
}

/** The page that an address asks for, from 1. */
export function pageOf(address: URLSearchParams): number {
  const page = Number(address.get("page") ?? "1");
  return Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1;
}

function timesOf(address: URLSearchParams, nowMs: number, zone: Zone): Pick<Wanted, "from" | "to"> {
  const period = address.get("period") ?? "";
  if (isPeriod(period)) return { from: new Date(nowMs - PERIODS[period]).toISOString() };
  if (period !== DAYS) return {};
  const from = midnightOf(address.get("first") ?? "", zone, 0);
  const to = midnightOf(address.get("last") ?? "", zone, 1);
  // Days in the wrong order name nothing; the first of them counts.
  const isSpan = from === null || to === null || to > from;
  return {
    ...(from !== null && { from: new Date(from).toISOString() }),
    ...(to !== null && isSpan && { to: new Date(to).toISOString() }),
  };
}

export function isPeriod(text: string): text is Period {
  return text in PERIODS;
}

// The midnight that begins the day `text` ("2026-11-21"), `later` days after it; null: no day.
function midnightOf(text: string, zone: Zone, later: number): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (found === null) return null;
  const ms = timeOf(zone, Number(found[1]), Number(found[2]) - 1, Number(found[3]) + later);
  return Number.isNaN(ms) || ms < 0 ? null : ms;
}

/** The address with `changes`, without those that are empty; another list begins at page 1. */
export function withFilters(
  address: URLSearchParams,
  changes: Partial<Record<Filter | "page", string | null>>,
): URLSearchParams {
  const next = new URLSearchParams(address);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  if (!("page" in changes)) next.delete("page");
  return next;
}

/** Where all that is wanted can be downloaded as a file. */
export function exportPath(wanted: Wanted, format: "csv" | "json"): string {
  return `/api/v1/audit/export?${new URLSearchParams({ format, ...wanted })}`;
}
