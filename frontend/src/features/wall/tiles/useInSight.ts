import { type RefObject, useEffect } from "react";
import { useWall } from "./WallContext";

/** Has pictures fetched for a tile for as long as any of it is on the screen. */
export function useInSight(element: RefObject<HTMLElement | null>, device: string): void {
  const { feed } = useWall();
  useEffect(() => {
    if (element.current === null) return;
    let unwatch: (() => void) | null = null;
    const observer = new IntersectionObserver((entries) => {
      const isSeen = entries.at(-1)?.isIntersecting === true;
      if (isSeen) unwatch ??= feed.watch(device);
      else {
        unwatch?.();
        unwatch = null;
      }
    });
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      unwatch?.();
    };
  }, [feed, element, device]);
}
