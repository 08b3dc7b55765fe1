/** Hosts of which nothing is heard, and how that is said. */
import type { Device } from "@/api/types";
import { roughly } from "@/lib/format";

export interface SilentHost {
  name: string;
  /** When it reported last, in ms since 1970; null: never, or not known. */
  reportedMs: number | null;
}

/** The late and offline hosts of `devices`, by name. */
export function silentHosts(
  devices: readonly Pick<Device, "host" | "host_state" | "reported_at">[],
): SilentHost[] {
  const found = new Map<string, SilentHost>();
  for (const { host, host_state, reported_at } of devices) {
    if (host_state !== "late" && host_state !== "offline") continue;
    const reportedMs = reported_at === null ? null : Date.parse(reported_at);
    const known = found.get(host)?.reportedMs ?? null;
    found.set(host, { name: host, reportedMs: latest(known, reportedMs) });
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function latest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

const MOST_NAMED = 3;

/** What is told of them at `nowMs`; of one at least. */
export function silenceSentence(hosts: readonly SilentHost[], nowMs: number): string {
  const [only] = hosts;
  if (hosts.length === 1 && only !== undefined) {
    const since = only.reportedMs === null ? "" : ` for ${roughly(nowMs - only.reportedMs)}`;
    return `Host ${only.name} has not reported${since}. If it is running it keeps recording, and its archive will appear when it is back.`;
  }
  return `${hosts.length} hosts do not report: ${named(hosts)}. Those that are running keep recording, and their archives will appear when they are back.`;
}

function named(hosts: readonly SilentHost[]): string {
  const names = hosts.slice(0, MOST_NAMED).map(({ name }) => name);
  const others = hosts.length - names.length;
  if (others > 0) return `${names.join(", ")} and ${others} more`;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
