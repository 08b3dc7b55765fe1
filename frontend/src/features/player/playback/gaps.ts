/** What is said and done where nothing was recorded. All times are ms since 1970. */
import type { DeviceTimeline } from "@/api/types";

/** A stretch that was left out, with the reason where it is known. */
export interface LeftOut {
  fromMs: number;
  toMs: number;
  reason: string | null;
}

// A shorter hole is nothing that people need to be told.
const WORTH_SAYING_MS = 1_500;

/** Whether the step from one shown moment to the next leaves something out that is worth saying. */
export function isLeap(fromMs: number, toMs: number): boolean {
  return toMs - fromMs > WORTH_SAYING_MS;
}

/** Where recording begins again at or after `ms`; null: it does not. */
export function nextRecorded(recorded: DeviceTimeline["recorded"], ms: number): number | null {
  for (const span of recorded) {
    if (Date.parse(span.to) > ms) return Math.max(ms, Date.parse(span.from));
  }
  return null;
}

/** The gap that takes up most of the stretch, in full, with its reason. */
export function mainGap(
  timeline: Pick<DeviceTimeline, "gaps" | "unreachable">,
  fromMs: number,
  toMs: number,
): LeftOut | null {
  let most = 0;
  let found: LeftOut | null = null;
  for (const gap of [...timeline.gaps, ...timeline.unreachable]) {
    const begin = Date.parse(gap.from);
    const end = Date.parse(gap.to);
    const shared = Math.min(end, toMs) - Math.max(begin, fromMs);
    if (shared > most) {
      most = shared;
      found = { fromMs: begin, toMs: end, reason: gap.sentence };
    }
  }
  return found;
}
