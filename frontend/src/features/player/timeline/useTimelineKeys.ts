import type { KeyboardEvent } from "react";
import type { Span } from "../archive/span";
import type { Playback } from "../playback/playback";
import { keyMeaning } from "./keys";
import { panned } from "./scale";
import type { ViewControl } from "./useView";

interface Keys {
  playback: Playback;
  control: ViewControl;
  headMs: number | null;
  nowMs: number;
  /** Where the archive begins. */
  beginMs: number;
  range: Span | null;
  onRange: (range: Span | null) => void;
  onSeek: (ms: number) => void;
}

/** The keys of the time line while it has the focus: arrows step, + and - zoom, Page up and down pan. */
export function useTimelineKeys(keys: Keys) {
  const { playback, control, headMs, nowMs, beginMs, onSeek, range, onRange } = keys;
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const meaning = keyMeaning(event.key, event.shiftKey, control.view.to - control.view.from);
    if (meaning === null || (meaning.kind === "drop-range" && range === null)) return;
    event.preventDefault();
    if (meaning.kind === "step") onSeek(Math.min(nowMs, Math.max(beginMs, (headMs ?? nowMs) + meaning.byMs)));
    else if (meaning.kind === "zoom") control.step(meaning.direction);
    else if (meaning.kind === "pan") control.look(panned(control.view, meaning.byMs));
    else if (meaning.kind === "begin") onSeek(beginMs);
    else if (meaning.kind === "now") playback.goLive();
    else onRange(null);
  };
}
