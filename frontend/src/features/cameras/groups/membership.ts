/** In which group a camera was before it was put into another one: taking it out again puts it back. */
import type { Camera } from "@/features/cameras/cameraTypes";

/** A camera's group; null: it is in none. */
export type Place = { id: string; name: string } | null;

export function placeOf({ group_id, group }: Pick<Camera, "group_id" | "group">): Place {
  return group_id === null ? null : { id: group_id, name: group ?? "" };
}

/** Where a camera goes whose box is changed. `before`: where it was before it came into `groupId`. */
export function groupAfter(isIn: boolean, groupId: string, before: Place): string | null {
  return isIn ? groupId : (before?.id ?? null);
}

/** What is said beside a camera of the group that it is in, or was in: "in Lobby now"; null: nothing. */
export function placeText(isIn: boolean, now: Place, before: Place): string | null {
  if (isIn) return before === null ? null : `was in ${before.name}, and is again when taken out`;
  return now === null ? null : `in ${now.name} now`;
}
