/** What came of a search among a device's captions. */
import { count } from "@/lib/format";

/** `12 events`; `found` undefined: not known yet; `hasMore`: only the newest are there. */
export function foundText(found: number | undefined, hasMore: boolean): string {
  if (found === undefined) return "";
  if (found === 0)
    return "No caption of this camera has these words. Try fewer, or others for the same thing.";
  return hasMore
    ? `The newest ${count(found, "event")} with these words`
    : `${count(found, "event")} with these words`;
}
