/** Addresses of pages about a camera's captions and events. `camera`: its external id. */
import { cameraPath } from "@/lib/cameraAddress";

/** Preview, rules and clearing of one camera. */
export function cameraCaptionsPath(camera: string): string {
  return `${cameraPath({ id: camera, external_id: camera })}/captions`;
}

/** The camera's events. */
export function eventsPath(camera: string): string {
  return `/events?${new URLSearchParams({ camera })}`;
}

/** The camera's runs in the history of all. */
export function historyPath(camera: string): string {
  return `/jobs/captions?${new URLSearchParams({ list: "history", camera })}`;
}
