/** Which devices a wall shows: all, those of a host or group, or a saved view; as in its address. */
import type { Device, WallView } from "@/api/types";

export type Selection =
  | { kind: "all" }
  | { kind: "host"; host: string }
  | { kind: "group"; groupId: string }
  | { kind: "view"; viewId: string };

/** Reads `?view=`, `?host=` or `?group=`. */
export function selectionOf(query: URLSearchParams): Selection {
  const viewId = query.get("view");
  const host = query.get("host");
  const groupId = query.get("group");
  if (viewId) return { kind: "view", viewId };
  if (host) return { kind: "host", host };
  if (groupId) return { kind: "group", groupId };
  return { kind: "all" };
}

/** The wall's address with that selection. */
export function wallPath(selection: Selection): string {
  switch (selection.kind) {
    case "all":
      return "/wall";
    case "host":
      return `/wall?${new URLSearchParams({ host: selection.host })}`;
    case "group":
      return `/wall?${new URLSearchParams({ group: selection.groupId })}`;
    case "view":
      return `/wall?${new URLSearchParams({ view: selection.viewId })}`;
  }
}

/** A text that is the selection's own: what the browser remembers of it is kept under that. */
export function keyOf(selection: Selection): string {
  return wallPath(selection).slice("/wall".length) || "all";
}

/** A choice of what the wall shows. */
export interface Tab {
  key: string;
  selection: Selection;
  label: string;
  /** How many devices. */
  count: number;
}

/**
 * Those that a wall of live pictures is about. What its host does not have any more, as a camera that was deleted
 * or is recorded elsewhere now, has footage for the player and the heatmap, and never again a new picture.
 */
export function present(devices: readonly Device[]): Device[] {
  return devices.filter(({ removed }) => !removed);
}

/** All tabs: everything, saved views, groups, hosts. What would be the same as "All" is left out. */
export function tabsOf(devices: readonly Device[], views: readonly WallView[]): Tab[] {
  const hosts = new Map<string, number>();
  const groups = new Map<string, { label: string; count: number }>();
  const there = present(devices);
  for (const { host, group, group_id } of there) {
    hosts.set(host, (hosts.get(host) ?? 0) + 1);
    if (group !== null && group_id !== null)
      groups.set(group_id, { label: group, count: (groups.get(group_id)?.count ?? 0) + 1 });
  }
  const tabs: Omit<Tab, "key">[] = [
    { selection: { kind: "all" }, label: "All", count: there.length },
    ...views.map((view) => ({
      selection: { kind: "view" as const, viewId: view.id },
      label: view.name,
      count: view.layout.tiles.filter((tile) => tile !== null).length,
    })),
    ...[...groups].map(([groupId, { label, count }]) => ({
      selection: { kind: "group" as const, groupId },
      label,
      count,
    })),
    ...(hosts.size < 2 ? [] : [...hosts]).map(([host, count]) => ({
      selection: { kind: "host" as const, host },
      label: host,
      count,
    })),
  ];
  return tabs.map((tab) => ({ ...tab, key: keyOf(tab.selection) }));
}

/** The devices of a selection; none of a saved view, which names its devices itself. */
export function devicesOf(selection: Selection, devices: readonly Device[]): Device[] {
  switch (selection.kind) {
    case "host":
      return present(devices).filter(({ host }) => host === selection.host);
    case "group":
      return present(devices).filter(({ group_id }) => group_id === selection.groupId);
    case "view":
      return [];
    case "all":
      return present(devices);
  }
}
