import type { DeviceName } from "@/lib/deviceAddress";
import type { Span } from "../archive/span";
import type { Playback } from "../playback/playback";
import type { Panel } from "./usePanel";

export interface SidePanelProps {
  name: DeviceName;
  playback: Playback;
  /** Now by the gateway's clock, renewed about once a second. */
  nowMs: number;
  /** Which tab is shown and whether the panel is open: `usePanel()`, which the page calls. */
  panel: Panel;
  /** What is chosen for an export, by the handles on the time line; null: nothing. */
  range: Span | null;
  onRange: (range: Span | null) => void;
}

/**
 * Events, details and export of a device, beside the picture or, on narrow screens, below the time line.
 * It fills the place that the page gives it; where the panel is closed the page leaves it out.
 */
export function SidePanel({ name }: SidePanelProps) {
  return <aside aria-label={`About ${name.host}/${name.device}`} />;
}
