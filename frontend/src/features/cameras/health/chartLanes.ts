/** What a chart of a camera's checks has below each other: only what was measured. */
import { latencyText, shortNumber } from "@/features/cameras/cameraFacts";
import type { Column } from "./history";

/** Above each lane, for its name, px. */
export const NAME_PX = 22;
export const LANE_GAP_PX = 8;
const LATENCY_PX = 120;
const FPS_PX = 48;

/** One measure over time. `place`: from the chart's top, px. */
export interface LaneKind {
  name: string;
  place: { top: number; bottom: number };
  measureOf: (column: Column) => number | null;
  rangeOf: (column: Column) => { least: number; most: number } | null;
  textOf: (value: number) => string;
}

const KINDS = [
  {
    name: "Latency",
    heightPx: LATENCY_PX,
    measureOf: ({ latency }: Column) => latency?.mean ?? null,
    rangeOf: ({ latency }: Column) => latency,
    textOf: latencyText,
  },
  {
    name: "Pictures a second",
    heightPx: FPS_PX,
    measureOf: ({ fps }: Column) => fps,
    rangeOf: () => null,
    textOf: shortNumber,
  },
];

/** The lanes, from top to bottom. Of cameras that a host records no latency is measured. */
export function lanesOf(columns: readonly Column[]): LaneKind[] {
  const lanes: LaneKind[] = [];
  let above = 0;
  for (const { heightPx, ...kind } of KINDS) {
    if (columns.every((column) => kind.measureOf(column) === null)) continue;
    const top = above + NAME_PX;
    lanes.push({ ...kind, place: { top, bottom: top + heightPx } });
    above = top + heightPx + LANE_GAP_PX;
  }
  return lanes;
}
