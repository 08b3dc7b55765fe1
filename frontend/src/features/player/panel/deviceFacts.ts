/** A device's technical facts as people read them. */
import type { Device } from "@/api/types";

/** `1280 × 720, 25 fps, h264`; what is not known is left out. */
export function pictureText(device: Pick<Device, "width" | "height" | "fps" | "codec">): string {
  const facts: string[] = [];
  if (device.width !== null && device.height !== null) facts.push(`${device.width} × ${device.height}`);
  if (device.fps !== null) facts.push(`${Number(device.fps.toFixed(2))} fps`);
  if (device.codec !== null) facts.push(device.codec);
  return facts.length === 0 ? "Not known" : facts.join(", ");
}

/** `2.1 Mbit/s`. */
export function bitrateText(bitsPerSecond: number | null): string {
  if (bitsPerSecond === null) return "Not known";
  if (bitsPerSecond < 999_500) return `${Math.round(bitsPerSecond / 1000)} kbit/s`;
  return `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`;
}
