/** Which hosts are shown, and in which order. */
import type { Host, HostState } from "@/api/types";
import { troubleRank } from "@/lib/stateMarks";

export const HOST_STATES = ["online", "late", "offline", "revoked"] as const satisfies readonly HostState[];

type Sought = Pick<Host, "name" | "state" | "devices">;

/** The state that an address names; null: all. */
export function stateFrom(text: string | null): HostState | null {
  return HOST_STATES.find((state) => state === text) ?? null;
}

/**
 * Those of `state` (null: any) whose name, or the name or label of one of whose devices, has every word of
 * `search`. Hosts that need action come first; otherwise by name.
 */
export function shownHosts<T extends Sought>(
  hosts: readonly T[],
  search: string,
  state: HostState | null,
): T[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return hosts
    .filter((host) => state === null || host.state === state)
    .filter((host) => {
      const text = [host.name, ...host.devices.flatMap(({ device, label }) => [device, label])]
        .join("\n")
        .toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => troubleRank(a.state) - troubleRank(b.state) || a.name.localeCompare(b.name));
}

/** How many hosts are in each state. */
export function countsByState(hosts: readonly Pick<Host, "state">[]): Record<HostState, number> {
  const counts = { online: 0, late: 0, offline: 0, revoked: 0 };
  for (const { state } of hosts) counts[state] += 1;
  return counts;
}
