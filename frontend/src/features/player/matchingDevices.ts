/** Which devices a few letters name. */
import type { Device } from "@/api/types";

/** So many are listed at once; more nobody reads. */
export const MOST_LISTED = 100;

type Named = Pick<Device, "host" | "device" | "label" | "removed">;

/** The devices with all words of `text` in host, name or label; those that are gone from their host come last. */
export function matching<T extends Named>(
  devices: readonly T[],
  text: string,
): { listed: T[]; found: number } {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = devices.filter(({ host, device, label }) => {
    const named = `${host}/${device} ${label}`.toLowerCase();
    return words.every((word) => named.includes(word));
  });
  const there = found.filter((device) => !device.removed);
  const gone = found.filter((device) => device.removed);
  return { listed: [...there, ...gone].slice(0, MOST_LISTED), found: found.length };
}
