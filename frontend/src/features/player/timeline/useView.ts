import { useReducedMotion } from "@mantine/hooks";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Span } from "../archive/span";
import {
  alongWith,
  atNow,
  bounded,
  isInSight,
  type Limits,
  type Looking,
  steppedLength,
  zoomed,
  zoomedAt,
} from "./scale";

const HOUR_MS = 3_600_000;
const FIRST_LENGTH_MS = 24 * HOUR_MS;
const AROUND_MOMENT_MS = 6 * HOUR_MS;
const MOTION_MS = 150;

export interface ViewControl {
  view: Span;
  /** Looks there at once, as while something is dragged; the view does not go along any more. */
  look(view: Span): void;
  /** Closer (below 1) or wider at `ms`. It goes along no more where the play head gets out of sight. */
  zoomAt(ms: number, factor: number): void;
  /** To the next step of the buttons, around the play head where it is in sight. */
  step(direction: -1 | 1): void;
  /** Goes along with the play head again, from where it is. */
  follow(): void;
  /** Zooms in on a moment, visibly. */
  zoomTo(ms: number, length: number): void;
}

/** Where the time line looks. It begins with the last day, or around the moment that is played. */
export function useView(
  headMs: number | null,
  isLive: boolean,
  isHeld: boolean,
  limits: Limits,
): ViewControl {
  const [looking, setLooking] = useState<Looking>(() => ({
    view: atNow(FIRST_LENGTH_MS, limits),
    isFollowing: true,
  }));
  const { view, isFollowing } = looking;
  const isReduced = useReducedMotion();
  const frame = useRef(0);
  const hasPlaced = useRef(false);
  const now = useRef({ view, headMs, isLive, limits });
  useLayoutEffect(() => {
    now.current = { view, headMs, isLive, limits };
  });

  const glide = useCallback(
    (to: Span, follows: (was: boolean) => boolean) => {
      cancelAnimationFrame(frame.current);
      const { view: from } = now.current;
      const begun = performance.now();
      const move = (at: number) => {
        const share = isReduced ? 1 : Math.min(1, Math.max(0, (at - begun) / MOTION_MS));
        const eased = 1 - (1 - share) ** 3;
        setLooking((was) => ({
          view: {
            from: from.from + (to.from - from.from) * eased,
            to: from.to + (to.to - from.to) * eased,
          },
          isFollowing: follows(was.isFollowing),
        }));
        if (share < 1) frame.current = requestAnimationFrame(move);
      };
      frame.current = requestAnimationFrame(move);
    },
    [isReduced],
  );
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  // The page was opened at a moment: look around it.
  useEffect(() => {
    if (hasPlaced.current || headMs === null) return;
    hasPlaced.current = true;
    if (isLive) return;
    const around = { from: headMs - AROUND_MOMENT_MS / 2, to: headMs + AROUND_MOMENT_MS / 2 };
    setLooking({ view: bounded(around, now.current.limits), isFollowing: true });
  }, [headMs, isLive]);

  useEffect(() => {
    if (!isFollowing || headMs === null || isHeld) return;
    setLooking((was) => alongWith(was, headMs, isLive, limits));
  }, [isFollowing, isHeld, headMs, isLive, limits]);

  const look = useCallback((to: Span) => {
    cancelAnimationFrame(frame.current);
    setLooking({ view: bounded(to, now.current.limits), isFollowing: false });
  }, []);
  const zoomAt = useCallback((ms: number, factor: number) => {
    cancelAnimationFrame(frame.current);
    setLooking((was) => {
      const { headMs: head, isLive: live, limits: most } = now.current;
      return zoomedAt(was, ms, factor, head, live, most);
    });
  }, []);
  const step = useCallback(
    (direction: -1 | 1) => {
      const { view: was, headMs: head, limits: most } = now.current;
      const length = was.to - was.from;
      const around = head !== null && isInSight(was, head) ? head : (was.from + was.to) / 2;
      const next = bounded(zoomed(was, around, steppedLength(length, direction) / length), most);
      glide(next, (follows) => follows);
    },
    [glide],
  );
  const zoomTo = useCallback(
    (ms: number, length: number) =>
      glide(bounded({ from: ms - length / 2, to: ms + length / 2 }, now.current.limits), () => true),
    [glide],
  );
  const follow = useCallback(() => setLooking((was) => ({ ...was, isFollowing: true })), []);

  return useMemo(
    () => ({ view, look, zoomAt, step, follow, zoomTo }),
    [view, look, zoomAt, step, follow, zoomTo],
  );
}
