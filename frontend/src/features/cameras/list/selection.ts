/** Which cameras are chosen for doing something with all of them. */
import type { Camera } from "@/features/cameras/cameraTypes";

/** What is kept of a chosen camera: enough to act on it and to name it on whatever page of the list. */
export type Chosen = Pick<Camera, "id" | "name" | "managed_by" | "is_active" | "is_deletable" | "host">;

export type Selection = ReadonlyMap<string, Chosen>;

export const NOTHING: Selection = new Map();

/** Chooses or leaves out `cameras`. */
export function withChosen(selection: Selection, cameras: readonly Camera[], isChosen: boolean): Selection {
  const next = new Map(selection);
  for (const { id, name, managed_by, is_active, is_deletable, host } of cameras) {
    if (isChosen) next.set(id, { id, name, managed_by, is_active, is_deletable, host });
    else next.delete(id);
  }
  return next;
}

/** How many of `cameras` are chosen. */
export function chosenOf(
  selection: Selection,
  cameras: readonly Pick<Camera, "id">[],
): "all" | "some" | "none" {
  const chosen = cameras.filter(({ id }) => selection.has(id)).length;
  if (chosen === 0) return "none";
  return chosen === cameras.length ? "all" : "some";
}

/** The cameras between two of a list, both included, in the list's order: for a click with Shift. */
export function between(cameras: readonly Camera[], oneId: string, otherId: string): Camera[] {
  const one = cameras.findIndex(({ id }) => id === oneId);
  const other = cameras.findIndex(({ id }) => id === otherId);
  if (one < 0 || other < 0) return cameras.filter(({ id }) => id === otherId);
  return cameras.slice(Math.min(one, other), Math.max(one, other) + 1);
}
