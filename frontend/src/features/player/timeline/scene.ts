/** All that a drawing of the time line depends on. */
import type { Zone } from "@/lib/zone";
import type { Span } from "../archive/span";
import type { Archive } from "../archive/useArchive";
import type { Lanes } from "./lanes";
import type { Palette } from "./palette";
import type { Scale } from "./scale";

export interface Scene {
  scale: Scale;
  lanes: Lanes;
  archive: Archive;
  nowMs: number;
  /** The play head, or where it is dragged; null: not known yet. */
  headMs: number | null;
  isLive: boolean;
  /** Where the pointer is; null: elsewhere. */
  hoverMs: number | null;
  /** The gap that is pointed at. */
  hoveredGap: Span | null;
  range: Span | null;
  zone: Zone;
  host: string;
  palette: Palette;
}

/** What is drawn upon: the context is scaled to CSS pixels. */
export type Surface = CanvasRenderingContext2D;
