/** Which events the list shows, and where in it the play head is. */
import { startOfDay, type Zone } from "@/lib/zone";
import type { ArchiveEvent } from "../archive/events";

const MOST_EACH_SIDE = 40;

export interface ShownEvents {
  before: ArchiveEvent[];
  after: ArchiveEvent[];
  /** The event under the play head; undefined: none. */
  current: ArchiveEvent | undefined;
}

/** Events around `headMs`, by time; what has begun is before it. */
export function shownEvents(
  events: readonly ArchiveEvent[],
  headMs: number,
  onlyIncidents: boolean,
): ShownEvents {
  const wanted = onlyIncidents
    ? events.filter(({ kind }) => kind !== "motion" && kind !== "caption")
    : events;
  // A jump to an event's peak lands a little beside it.
  const before = wanted.filter((event) => event.from <= headMs + 500);
  return {
    before: before.slice(-MOST_EACH_SIDE),
    after: wanted.slice(before.length, before.length + MOST_EACH_SIDE),
    current: before.findLast((event) => headMs < event.to + 500),
  };
}

/** Those of `events`, by time, where the day changes in the list; the list is read from the day of `headMs`. */
export function firstsOfDay(events: readonly ArchiveEvent[], headMs: number, zone: Zone): Set<ArchiveEvent> {
  const firsts = new Set<ArchiveEvent>();
  let day = startOfDay(headMs, zone);
  for (const event of events) {
    const own = startOfDay(event.from, zone);
    if (own !== day) firsts.add(event);
    day = own;
  }
  return firsts;
}
