/** Groups with how their cameras are, as the page lists them. */
import type { Group } from "@/api/types";
import type { CameraStatus, CameraSummary } from "@/features/cameras/cameraTypes";

export interface GroupRow {
  group: Group;
  /** States that some of its cameras are in, what needs action first. */
  counts: { status: CameraStatus; count: number }[];
}

const BY_TROUBLE: readonly CameraStatus[] = ["offline", "error", "degraded", "idle", "live"];

/** The groups whose name or place has `search` in it. `summary`: undefined while it is not known. */
export function groupRows(
  groups: readonly Group[],
  summary: CameraSummary | undefined,
  search: string,
): GroupRow[] {
  const wanted = search.trim().toLowerCase();
  return groups
    .filter(({ name, location }) => `${name} ${location ?? ""}`.toLowerCase().includes(wanted))
    .map((group) => ({ group, counts: countsOf(summary, group.id) }));
}

function countsOf(summary: CameraSummary | undefined, groupId: string): GroupRow["counts"] {
  const found = summary?.by_group.find(({ group_id }) => group_id === groupId);
  if (found === undefined) return [];
  return BY_TROUBLE.map((status) => ({ status, count: found.by_status[status] ?? 0 })).filter(
    ({ count }) => count > 0,
  );
}

/** How many cameras are in no group; null: not known yet. */
export function withoutGroup(summary: CameraSummary | undefined): number | null {
  if (summary === undefined) return null;
  return summary.by_group.find(({ group_id }) => group_id === null)?.total ?? 0;
}

/** What is wrong with the name of a group that is to be saved; null: nothing. */
export function groupNameProblem(
  name: string,
  groups: readonly Group[],
  ownId: string | null,
): string | null {
  const wanted = name.trim();
  if (wanted === "") return "Enter a name, as “Ground floor”.";
  return groups.some((group) => group.name === wanted && group.id !== ownId)
    ? "There is a group of this name. Choose another."
    : null;
}
