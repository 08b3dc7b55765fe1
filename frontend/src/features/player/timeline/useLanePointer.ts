import { type PointerEvent, useRef, useState } from "react";
import { moved, withEnd } from "../archive/exportRange";
import type { Span } from "../archive/span";
import { type Target, targetAt } from "./hitTest";
import type { Lanes } from "./lanes";
import { msPerPixel, panned, pinched, type Scale, timeAt } from "./scale";
import type { ViewControl } from "./useView";

// A finger or mouse that moves less than this has clicked.
const STILL_PX = 4;

type Gesture =
  | { kind: "click"; x: number; y: number; target: Target; view: Span }
  | { kind: "pan"; x: number; view: Span }
  | { kind: "scrub" }
  | { kind: "handle"; end: "from" | "to" }
  | { kind: "range"; x: number; range: Span }
  | { kind: "pinch"; at: [number, number]; scale: Scale };

export interface LanePointerOptions {
  scale: Scale;
  lanes: Lanes;
  control: ViewControl;
  headMs: number | null;
  nowMs: number;
  range: Span | null;
  onRange: (range: Span) => void;
  onSeek: (ms: number) => void;
  /** The time line is held, or let go. */
  onHold: (isHeld: boolean) => void;
}

export interface Hover {
  x: number;
  y: number;
}

/** What pointers do on the lanes: click seeks, the head scrubs, handles move, the ruler pans, two fingers pinch. */
export function useLanePointer(options: LanePointerOptions) {
  const { scale, lanes, control, headMs, nowMs, range, onRange, onSeek, onHold } = options;
  const [hover, setHover] = useState<Hover | null>(null);
  const [scrubMs, setScrubMs] = useState<number | null>(null);
  const [cursor, setCursor] = useState<Target>("lanes");
  const gesture = useRef<Gesture | null>(null);
  const fingers = useRef(new Map<number, number>());

  const placeOf = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const targetOf = (x: number, y: number, isTouch: boolean) =>
    targetAt(x, y, { scale, lanes, headMs, range, isTouch });
  const scrubTo = (x: number) =>
    setScrubMs(Math.min(nowMs, timeAt(scale, Math.max(0, Math.min(scale.width, x)))));

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const { x, y } = placeOf(event);
    fingers.current.set(event.pointerId, x);
    event.currentTarget.setPointerCapture(event.pointerId);
    onHold(true);
    const [first, second] = [...fingers.current.values()];
    if (first !== undefined && second !== undefined) {
      gesture.current = { kind: "pinch", at: [first, second], scale };
      setScrubMs(null);
      return;
    }
    const target = targetOf(x, y, event.pointerType === "touch");
    if (target === "range-from" || target === "range-to") {
      gesture.current = { kind: "handle", end: target === "range-from" ? "from" : "to" };
    } else if (target === "range" && range !== null) gesture.current = { kind: "range", x, range };
    else gesture.current = { kind: "click", x, y, target, view: { from: scale.from, to: scale.to } };
  };

  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const { x, y } = placeOf(event);
    const isTouch = event.pointerType === "touch";
    if (!isTouch) setHover({ x, y });
    if (fingers.current.has(event.pointerId)) fingers.current.set(event.pointerId, x);
    const now = gesture.current;
    if (now === null) {
      setCursor(targetOf(x, y, isTouch));
      return;
    }
    if (now.kind === "click" && Math.abs(x - now.x) > STILL_PX) {
      // A finger moves what it lies upon; a mouse draws the head along, and moves the ruler.
      const pans = now.target === "ruler" || now.target === "to-head" || (isTouch && now.target === "lanes");
      gesture.current = pans ? { kind: "pan", x: now.x, view: now.view } : { kind: "scrub" };
    }
    drag(x);
  };

  const drag = (x: number) => {
    const now = gesture.current;
    if (now?.kind === "pan") control.look(panned(now.view, (now.x - x) * msPerPixel(scale)));
    else if (now?.kind === "scrub") scrubTo(x);
    else if (now?.kind === "handle" && range !== null)
      onRange(withEnd(range, now.end, timeAt(scale, x), nowMs));
    else if (now?.kind === "range") onRange(moved(now.range, (x - now.x) * msPerPixel(scale), nowMs));
    else if (now?.kind === "pinch") {
      const [first, second] = [...fingers.current.values()];
      if (first !== undefined && second !== undefined)
        control.look(pinched(now.scale, now.at, [first, second]));
    }
  };

  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const now = gesture.current;
    fingers.current.delete(event.pointerId);
    if (fingers.current.size === 0) onHold(false);
    if (now?.kind === "pinch") {
      // The finger that stays must not jump the view to where it happens to be.
      if (fingers.current.size === 0) gesture.current = null;
      return;
    }
    gesture.current = null;
    const { x } = placeOf(event);
    if (now?.kind === "scrub") {
      setScrubMs(null);
      onSeek(Math.min(nowMs, timeAt(scale, Math.max(0, Math.min(scale.width, x)))));
    } else if (now?.kind === "click") click(now, event.detail);
  };

  const click = (now: Gesture & { kind: "click" }, clicks: number) => {
    if (now.target === "to-head") control.follow();
    // The second click of a double one zooms; seeking again would only begin anew.
    else if (clicks <= 1 || now.target === "ruler") onSeek(Math.min(nowMs, timeAt(scale, now.x)));
  };

  const onPointerCancel = (event: PointerEvent<HTMLElement>) => {
    fingers.current.delete(event.pointerId);
    if (fingers.current.size === 0) onHold(false);
    gesture.current = null;
    setScrubMs(null);
  };

  return {
    hover,
    scrubMs,
    cursor,
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel,
      onPointerLeave: () => setHover(null),
    },
  };
}
