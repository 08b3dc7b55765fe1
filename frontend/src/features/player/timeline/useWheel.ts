import { type RefObject, useEffect, useRef } from "react";
import { panned, type Scale, timeAt } from "./scale";
import type { ViewControl } from "./useView";
import { wheelMeaning } from "./wheel";

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
