/** Which events the list shows, and where in it the play head is. */
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
  const wanted = onlyIncidents ? events.filter((event) => event.kind !== "motion") : events;
  // A jump to an event's peak lands a little beside it.
  const before = wanted.filter((event) => event.from <= headMs + 500);
  return {
    before: before.slice(-MOST_EACH_SIDE),
    after: wanted.slice(before.length, before.length + MOST_EACH_SIDE),
    current: before.findLast((event) => headMs < event.to + 500),
  };
}
