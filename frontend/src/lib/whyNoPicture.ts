/** Why a picture of the archive is not shown, in a few words. */

/** `error`: what asking for it met; null: it has no address. */
export function whyNoPicture(error: { status: number; code: string } | null): string {
  if (error === null || error.status === 404 || error.status === 410) return "No footage of this moment";
  if (error.status === 429) return "Too many pictures at once: it follows";
  if (error.status === 403) return "You may not see this camera";
  return "Not reachable now";
}
