import { useCallback, useEffect, useRef } from "react";

/**
 * A function that does `work` at once or, while a button of the mouse is held down, when it was let go.
 *
 * Leaving a field by a press on a button would move that button away under the pointer, where a complaint appears
 * above it: the press would be no click.
 */
export function useAfterPress(): (work: () => void) => void {
  const isDown = useRef(false);
  const waiting = useRef<(() => void) | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const press = () => {
      isDown.current = true;
    };
    const letGo = () => {
      isDown.current = false;
      // The click comes first.
      timer = setTimeout(() => {
        const work = waiting.current;
        waiting.current = null;
        work?.();
      });
    };
    const options = { capture: true };
    document.addEventListener("pointerdown", press, options);
    document.addEventListener("pointerup", letGo, options);
    document.addEventListener("pointercancel", letGo, options);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerdown", press, options);
      document.removeEventListener("pointerup", letGo, options);
      document.removeEventListener("pointercancel", letGo, options);
    };
  }, []);
  return useCallback((work) => {
    if (isDown.current) waiting.current = work;
    else work();
  }, []);
}
