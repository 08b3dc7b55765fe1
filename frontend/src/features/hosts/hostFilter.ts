/** Which hosts are shown, and in which order. */
import type { Host, HostState } from "@/api/types";
import { toneRank, troubleRank } from "@/lib/stateMarks";
import { diskFacts, warningsOf } from "./hostFacts";

export const HOST_STATES = ["online", "late", "offline", "revoked"] as const satisfies readonly HostState[];

type Judged = Pick<Host, "state" | "devices" | "disks" | "alarms" | "clock_warning" | "minutes_waiting">;
type Sought = Judged & Pick<Host, "name">;

/** The state that an address names; null: all. */
export function stateFrom(text: string | null): HostState | null {
  return HOST_STATES.find((state) => state === text) ?? null;
}

/**
 * Those of `state` (null: any) whose name, or the name or label of one of whose devices, has every word of
 * `search`. Hosts that need action come first, then those that need a look; otherwise by name.
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
    .toSorted((a, b) => hostTrouble(a) - hostTrouble(b) || a.name.localeCompare(b.name));
}

/** As `troubleRank`, for all that is known of a host: itself, its devices, its disks, its warnings. */
export function hostTrouble(host: Judged): number {
  const marks = [host.state, ...host.devices.map(({ word }) => word)].map(troubleRank);
  const disks = (host.disks ?? []).map((disk) => toneRank(diskFacts(disk).tone));
  return Math.min(...marks, ...disks, warningsOf(host).length > 0 ? 0 : 2);
}

/** How many hosts are in each state. */
export function countsByState(hosts: readonly Pick<Host, "state">[]): Record<HostState, number> {
  const counts = { online: 0, late: 0, offline: 0, revoked: 0 };
  for (const { state } of hosts) counts[state] += 1;
  return counts;
}
