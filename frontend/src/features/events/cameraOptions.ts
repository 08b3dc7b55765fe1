/** Cameras to choose among. */
import type { Camera, Device } from "@/api/types";

/** `value`: the camera's name in captions. */
export interface CameraOption {
  value: string;
  label: string;
}

type KnownDevice = Pick<Device, "external_id" | "label" | "host" | "removed">;
type FoundCamera = Pick<Camera, "external_id" | "name" | "host">;

/**
 * What hosts record, and what the catalogue found besides; `chosen` is among them whoever knows it. Two of one
 * name are told apart by their hosts.
 */
export function cameraOptions(
  devices: readonly KnownDevice[],
  found: readonly FoundCamera[],
  chosen: string,
): CameraOption[] {
  const named = new Map<string, { name: string; host: string | null }>();
  for (const { external_id, label, host, removed } of devices) {
    // A camera that was moved has a device at its former host too.
    if (external_id !== null && !(removed && named.has(external_id)))
      named.set(external_id, { name: label, host });
  }
  for (const { external_id, name, host } of found) {
    if (!named.has(external_id)) named.set(external_id, { name, host });
  }
  if (chosen !== "" && !named.has(chosen)) named.set(chosen, { name: chosen, host: null });
  const times = new Map<string, number>();
  for (const { name } of named.values()) times.set(name, (times.get(name) ?? 0) + 1);
  return [...named]
    .map(([value, { name, host }]) => ({
      value,
      label: (times.get(name) ?? 0) > 1 ? `${name} · ${host ?? value}` : name,
    }))
    .sort((one, other) => one.label.localeCompare(other.label, "en", { numeric: true }));
}
