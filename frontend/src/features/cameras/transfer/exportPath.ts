/** The address that downloads cameras. `groupId`: empty for all. */
export function exportPath(format: "csv" | "json", groupId: string, withCredentials: boolean): string {
  const asked = new URLSearchParams({ format });
  if (groupId !== "") asked.set("group_id", groupId);
  if (withCredentials) asked.set("include_credentials", "true");
  return `/api/v1/cameras/export?${asked}`;
}
