import { type KeyboardEvent, type RefObject, useMemo } from "react";
import type { CaptionEvent } from "@/api/events";
import { day } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import { EventCard } from "./EventCard";
import classes from "./EventGrid.module.css";
import { byDay, cardTowards } from "./grid";

/** The links of all cards below `root`, in their order. */
export function cardsIn(root: ParentNode | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>("[data-event]") ?? [])];
}

/** The address of all that is known of the event whose card has the focus; null: none has it. */
export function focusedDetails(root: ParentNode | null): string | null {
  return cardsIn(root).find((card) => card === document.activeElement)?.dataset.details ?? null;
}

/** Found events by day, or all together where they are not in the order of time. `isOld`: of the search before. */
export function EventGrid({
  events,
  isByTime,
  isOld,
  detailsPath,
  ref,
}: {
  events: readonly CaptionEvent[];
  isByTime: boolean;
  isOld: boolean;
  detailsPath: (event: CaptionEvent) => string;
  ref: RefObject<HTMLDivElement | null>;
}) {
  const { zone } = useZone();
  const days = useMemo(
    () => (isByTime ? byDay(events, zone) : [{ dayMs: null, events: [...events] }]),
    [events, isByTime, zone],
  );
  const onKeyDown = (press: KeyboardEvent) => {
    if (press.ctrlKey || press.metaKey || press.altKey || press.shiftKey) return;
    const cards = cardsIn(ref.current);
    const at = cards.indexOf(document.activeElement as HTMLElement);
    const places = cards.map((card) => {
      const { left, top } = (card.closest("li") ?? card).getBoundingClientRect();
      return { left, top };
    });
    const to = at < 0 ? null : cardTowards(places, at, press.key);
    if (to === null) return;
    press.preventDefault();
    const card = cards[to];
    card?.focus({ preventScroll: true });
    card?.closest("li")?.scrollIntoView({ block: "nearest" });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows move among the links inside, which take the focus
    <div className={classes.days} data-old={isOld} ref={ref} onKeyDown={onKeyDown}>
      {days.map((part) => {
        const name = part.dayMs === null ? "The best first" : day(part.dayMs, zone);
        return (
          <section key={part.dayMs ?? "all"} aria-label={name}>
            {part.dayMs !== null && <h2 className={classes.day}>{name}</h2>}
            <ul className={classes.grid}>
              {part.events.map((event) => (
                <EventCard
                  key={event.event_id}
                  event={event}
                  withDay={part.dayMs === null}
                  detailsPath={detailsPath(event)}
                />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
