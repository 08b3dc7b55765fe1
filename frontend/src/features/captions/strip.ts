/** Events as blocks on a strip of time. */
import type { PreviewEvent } from "./captionTypes";

/** Left edge and width as shares of the strip, from 0 to 1. `isBrief`: shorter than the limit of its time. */
export interface Block {
  id: string;
  left: number;
  width: number;
  isBrief: boolean;
}

export interface Strip {
  fromMs: number;
  toMs: number;
  blocks: Block[];
}

type Timed = Pick<PreviewEvent, "event_id" | "start_time" | "end_time" | "brief">;

/** A strip that is as long as the events of it, which are in order of time; null: there is none. */
export function stripOf(events: readonly Timed[]): Strip | null {
  const [first] = events;
  if (first === undefined) return null;
  const fromMs = Date.parse(first.start_time);
  const toMs = Math.max(...events.map(({ end_time }) => Date.parse(end_time)));
  // All in one moment: there is nothing to be to scale.
  const spanMs = Math.max(1, toMs - fromMs);
  return {
    fromMs,
    toMs,
    blocks: events.map(({ event_id, start_time, end_time, brief }) => ({
      id: event_id,
      left: (Date.parse(start_time) - fromMs) / spanMs,
      width: (Date.parse(end_time) - Date.parse(start_time)) / spanMs,
      isBrief: brief,
    })),
  };
}
