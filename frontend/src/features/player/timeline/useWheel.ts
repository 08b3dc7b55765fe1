import { type RefObject, useEffect, useRef } from "react";
import { panned, type Scale, timeAt } from "./scale";
import type { ViewControl } from "./useView";

const PIXELS_A_LINE = 16;

/** What a turn of the wheel asks for: zoom by a factor, or pan by pixels. */
export function wheelMeaning(turn: {
  deltaX: number;
  deltaY: number;
  deltaMode: number;
  shiftKey: boolean;
  ctrlKey: boolean;
}): { factor: number } | { pixels: number } {
  const unit = turn.deltaMode === 0 ? 1 : turn.deltaMode === 1 ? PIXELS_A_LINE : 400;
  const [x, y] = [turn.deltaX * unit, turn.deltaY * unit];
  if (turn.shiftKey) return { pixels: Math.abs(y) > Math.abs(x) ? y : x };
  if (Math.abs(x) > Math.abs(y)) return { pixels: x };
  // Touchpads tell a pinch as small turns with Ctrl; a notch of a mouse is a hundred pixels.
  const strength = turn.ctrlKey ? 0.01 : 0.002;
  return { factor: Math.exp(Math.max(-100, Math.min(100, y)) * strength) };
}

/** Wheel zooms at the pointer, Shift and wheel (or a sideways one) pans. */
export function useWheel(element: RefObject<HTMLElement | null>, scale: Scale, control: ViewControl): void {
  const latest = useRef({ scale, control });
  useEffect(() => {
    latest.current = { scale, control };
  });
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const onWheel = (event: WheelEvent) => {
      // Not React's handler: the page must not scroll along, and React's may not forbid that.
      event.preventDefault();
      const { scale: seen, control: view } = latest.current;
      const meaning = wheelMeaning(event);
      if ("pixels" in meaning) {
        view.look(panned(seen, (meaning.pixels / seen.width) * (seen.to - seen.from)));
      } else {
        const x = event.clientX - target.getBoundingClientRect().left;
        view.zoomAt(timeAt(seen, x), meaning.factor);
      }
    };
    target.addEventListener("wheel", onWheel, { passive: false });
    return () => target.removeEventListener("wheel", onWheel);
  }, [element]);
}
