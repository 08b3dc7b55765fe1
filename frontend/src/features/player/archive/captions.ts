/** What was seen, in words: events out of captions, as events of the archive. */
import type { CaptionEvent } from "@/api/events";
import type { ArchiveEvent } from "./events";

/** Events of several answers by time, each once: at their seams they are in both. */
export function captionEvents(answers: readonly (readonly CaptionEvent[])[]): ArchiveEvent[] {
  const found = new Map<string, ArchiveEvent>();
  for (const events of answers) for (const event of events) found.set(event.event_id, captionEvent(event));
  return [...found.values()].sort((a, b) => a.from - b.from || a.to - b.to);
}

/** One event; of a single caption `to` is `from`. */
export function captionEvent(event: CaptionEvent): ArchiveEvent {
  const from = Date.parse(event.start_time);
  return {
    kind: "caption",
    from,
    to: Date.parse(event.end_time),
    atMs: from,
    sentence: event.caption,
    eventId: event.event_id,
    ...(event.snippet.some(({ hit }) => hit) && { snippet: event.snippet }),
  };
}
