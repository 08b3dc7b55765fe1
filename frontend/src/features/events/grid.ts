/** How found events are laid out, and where arrow keys lead among them. */
import type { CaptionEvent } from "@/api/events";
import { startOfDay, type Zone } from "@/lib/zone";

/** Events of one day; `dayMs` null: of several, in an order that is not that of time. */
export interface DayOfEvents {
  dayMs: number | null;
  events: CaptionEvent[];
}

/** Events in their order, with a new part wherever the day changes. */
export function byDay(events: readonly CaptionEvent[], zone: Zone): DayOfEvents[] {
  const days: DayOfEvents[] = [];
  for (const event of events) {
    const dayMs = startOfDay(Date.parse(event.start_time), zone);
    const last = days.at(-1);
    if (last?.dayMs === dayMs) last.events.push(event);
    else days.push({ dayMs, events: [event] });
  }
  return days;
}

/** A card's place on the page, in pixels. */
export interface Place {
  left: number;
  top: number;
}

/** The card that an arrow key leads to from card `at`; null: the key does not move. */
export function cardTowards(places: readonly Place[], at: number, key: string): number | null {
  const here = places[at];
  const last = places.length - 1;
  if (last < 0) return null;
  if (here === undefined) return key === "ArrowDown" || key === "ArrowRight" || key === "Home" ? 0 : null;
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, at - 1);
    case "ArrowRight":
      return Math.min(last, at + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    case "ArrowUp":
      return nearestInRow(places, at, -1);
    case "ArrowDown":
      return nearestInRow(places, at, 1);
    default:
      return null;
  }
}

// Cards stand in rows from left to right, the next row lower; rows of several days may be of several widths.
function nearestInRow(places: readonly Place[], at: number, step: 1 | -1): number {
  const here = places[at];
  if (here === undefined) return at;
  let best = at;
  let row: number | null = null;
  for (let index = at + step; index >= 0 && index < places.length; index += step) {
    const place = places[index];
    if (place === undefined || place.top === here.top) continue;
    row ??= place.top;
    if (place.top !== row) break;
    const isNearer =
      best === at || Math.abs(place.left - here.left) < Math.abs((places[best]?.left ?? 0) - here.left);
    if (isNearer) best = index;
  }
  return best;
}
