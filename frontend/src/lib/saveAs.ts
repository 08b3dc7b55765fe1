import { signedFetch } from "@/api/client";
import { errorOf } from "@/api/errors";

/** Hands `blob` to the browser as a file. */
export function saveAs(blob: Blob, fileName: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser has taken it by then; until it has, the address must be good.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Fetches what stands at an address of the gateway, and saves it under its name there or `fileName`. Throws ApiError. */
export async function saveFrom(path: string, fileName: string): Promise<void> {
  const response = await signedFetch(new Request(path));
  if (!response.ok) throw await errorOf(response);
  saveAs(await response.blob(), nameIn(response.headers.get("Content-Disposition")) ?? fileName);
}

/** Fetches what stands at an address of the gateway, and saves it as `fileName`, whatever it is called there. Throws ApiError. */
export async function saveUnder(path: string, fileName: string): Promise<void> {
  const response = await signedFetch(new Request(path));
  if (!response.ok) throw await errorOf(response);
  saveAs(await response.blob(), fileName);
}

/** The file name that an answer gives; null: none. */
export function nameIn(disposition: string | null): string | null {
  return /filename="?([^";]+)"?/.exec(disposition ?? "")?.[1] ?? null;
}
