/** Whether the host that a token was made for has come. */
import type { Host } from "@/api/types";

// What the page knows of the gateway's clock is good to this; nobody enrols a machine faster.
const CLOCK_GOOD_TO_MS = 2_000;

/** `madeAt`: when the token was made, in ms by the gateway's clock. A host that was there before is another. */
export function hasArrived(host: Pick<Host, "enrolled_at" | "state">, madeAt: number): boolean {
  return (
    host.enrolled_at !== null &&
    host.state !== "revoked" &&
    Date.parse(host.enrolled_at) >= madeAt - CLOCK_GOOD_TO_MS
  );
}
