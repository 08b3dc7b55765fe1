import type { DeviceName } from "@/lib/deviceAddress";
import type { Span } from "../archive/span";
import type { Playback } from "../playback/playback";

export interface TimelineProps {
  name: DeviceName;
  playback: Playback;
  /** Now by the gateway's clock, renewed about once a second. */
  nowMs: number;
  /** What is chosen for an export; null: nothing is being chosen. */
  range: Span | null;
  onRange: (range: Span | null) => void;
}

/** The time line of a device. */
export function Timeline({ name }: TimelineProps) {
  return <section aria-label={`Time line of ${name.host}/${name.device}`} />;
}
