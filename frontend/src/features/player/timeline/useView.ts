import { useReducedMotion } from "@mantine/hooks";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Span } from "../archive/span";
import { atNow, bounded, following, type Limits, steppedLength, zoomed } from "./scale";

const HOUR_MS = 3_600_000;
const FIRST_LENGTH_MS = 24 * HOUR_MS;
const AROUND_MOMENT_MS = 6 * HOUR_MS;
const MOTION_MS = 150;

export interface ViewControl {
  view: Span;
  /** Whether the view goes along with the play head. */
  isFollowing: boolean;
  /** Looks there at once, as while something is dragged; the view does not go along any more. */
  look(view: Span): void;
  /** Closer (below 1) or wider at `ms`. Going along is left as it is. */
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
  isMoving: boolean,
  limits: Limits,
): ViewControl {
  const [view, setView] = useState<Span>(() => atNow(FIRST_LENGTH_MS, limits));
  const [isFollowing, setIsFollowing] = useState(true);
  const isReduced = useReducedMotion();
  const frame = useRef(0);
  const hasPlaced = useRef(false);
  const now = useRef({ view, headMs, limits });
  useEffect(() => {
    now.current = { view, headMs, limits };
  });

  const glide = useCallback(
    (to: Span) => {
      cancelAnimationFrame(frame.current);
      const from = now.current.view;
      const begun = performance.now();
      const move = (at: number) => {
        const share = isReduced ? 1 : Math.min(1, Math.max(0, (at - begun) / MOTION_MS));
        const eased = 1 - (1 - share) ** 3;
        setView({
          from: from.from + (to.from - from.from) * eased,
          to: from.to + (to.to - from.to) * eased,
        });
        if (share < 1) frame.current = requestAnimationFrame(move);
      };
      frame.current = requestAnimationFrame(move);
    },
    [isReduced],
  );
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  // The page was opened at a moment, or one was chosen from elsewhere: look there.
  useEffect(() => {
    if (hasPlaced.current || headMs === null) return;
    hasPlaced.current = true;
    if (isLive) return;
    setView(
      bounded({ from: headMs - AROUND_MOMENT_MS / 2, to: headMs + AROUND_MOMENT_MS / 2 }, now.current.limits),
    );
  }, [headMs, isLive]);

  useEffect(() => {
    if (!isFollowing || headMs === null || isMoving) return;
    setView((was) => following(was, headMs, isLive, limits));
  }, [isFollowing, isMoving, headMs, isLive, limits]);

  const look = useCallback((to: Span) => {
    cancelAnimationFrame(frame.current);
    setIsFollowing(false);
    setView(bounded(to, now.current.limits));
  }, []);
  const zoomAt = useCallback((ms: number, factor: number) => {
    cancelAnimationFrame(frame.current);
    setView((was) => bounded(zoomed(was, ms, factor), now.current.limits));
  }, []);
  const step = useCallback(
    (direction: -1 | 1) => {
      const { view: was, headMs: head, limits: most } = now.current;
      const length = was.to - was.from;
      const isInSight = head !== null && head >= was.from && head <= was.to;
      const around = isInSight ? head : (was.from + was.to) / 2;
      glide(bounded(zoomed(was, around, steppedLength(length, direction) / length), most));
    },
    [glide],
  );
  const zoomTo = useCallback(
    (ms: number, length: number) =>
      glide(bounded({ from: ms - length / 2, to: ms + length / 2 }, now.current.limits)),
    [glide],
  );
  const follow = useCallback(() => setIsFollowing(true), []);

  return useMemo(
    () => ({ view, isFollowing, look, zoomAt, step, follow, zoomTo }),
    [view, isFollowing, look, zoomAt, step, follow, zoomTo],
  );
}
