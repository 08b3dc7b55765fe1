/** Addresses of pages of a camera of the catalogue. */

// Pages below /cameras that are no camera's.
const PAGES = ["import", "health"];

/** The camera's page: by the name that never changes, which people can read. */
export function cameraPath({ id, external_id }: { id: string; external_id: string }): string {
  return `/cameras/${encodeURIComponent(PAGES.includes(external_id) ? id : external_id)}`;
}
