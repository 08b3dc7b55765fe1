import type { Device, Host } from "@/api/types";
import type { Lasting } from "@/features/wall/feed/tileView";

/** The device that a tile shows. */
export interface TileDevice {
  fullName: string;
  host: string;
  device: string;
  label: string;
  /** Its state when the devices were listed. */
  lasting: Lasting;
  /** Its host's clock minus ours. */
  clockOffsetMs: number;
}

/** What tiles show of devices, by full name. */
export function tileDevices(
  devices: readonly Device[],
  hosts: readonly Host[],
): ReadonlyMap<string, TileDevice> {
  const offsets = new Map(hosts.map(({ name, clock_offset_s }) => [name, (clock_offset_s ?? 0) * 1000]));
  return new Map(
    devices.map(({ full_name, host, device, label, since, word, host_state, reported_at }) => [
      full_name,
      {
        fullName: full_name,
        host,
        device,
        label,
        lasting: {
          word,
          sinceMs: msOf(since),
          silentSinceMs: host_state === "late" || host_state === "offline" ? msOf(reported_at) : null,
        },
        clockOffsetMs: offsets.get(host) ?? 0,
      },
    ]),
  );
}

function msOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
