import { type PointerEvent, useLayoutEffect, useMemo, useRef } from "react";
import type { Span } from "../archive/span";
import { minimapTargetAt } from "./hitTest";
import { paintMinimap } from "./paintMinimap";
import { CLOSEST_MS, panned, type Scale, timeAt } from "./scale";
import type { Scene } from "./scene";
import classes from "./Timeline.module.css";
import { surfaceOf, useCanvas } from "./useCanvas";
import type { ViewControl } from "./useView";

type Drag = { target: "window-from" | "window-to" | "window"; ms: number; view: Span };

/** The whole archive with a window to drag and to resize. The keyboard has the time line's own keys for that. */
export function Minimap({
  scene,
  whole,
  control,
}: {
  scene: Omit<Scene, "scale" | "palette">;
  whole: Span;
  control: ViewControl;
}) {
  const place = useCanvas();
  const drag = useRef<Drag | null>(null);
  const { width, palette } = place;
  const scale: Scale = useMemo(() => ({ from: whole.from, to: whole.to, width }), [whole, width]);
  const { view } = control;

  useLayoutEffect(() => {
    const surface = surfaceOf(place);
    if (surface === null || palette === null) return;
    paintMinimap(surface, { ...scene, scale, palette }, view, place.height);
  });

  const xOfEvent = (event: PointerEvent<HTMLElement>) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const x = xOfEvent(event);
    event.currentTarget.setPointerCapture(event.pointerId);
    const target = minimapTargetAt(x, scale, view, event.pointerType === "touch");
    const ms = timeAt(scale, x);
    if (target === "outside") {
      const centred = panned(view, ms - (view.from + view.to) / 2);
      control.look(centred);
      drag.current = { target: "window", ms, view: centred };
    } else drag.current = { target, ms, view };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const x = xOfEvent(event);
    const now = drag.current;
    if (now === null) {
      const target = minimapTargetAt(x, scale, view, false);
      event.currentTarget.style.cursor =
        target === "window" ? "grab" : target === "outside" ? "pointer" : "ew-resize";
      return;
    }
    const by = timeAt(scale, x) - now.ms;
    if (now.target === "window") control.look(panned(now.view, by));
    else if (now.target === "window-from")
      control.look({ from: Math.min(now.view.from + by, now.view.to - CLOSEST_MS), to: now.view.to });
    else control.look({ from: now.view.from, to: Math.max(now.view.to + by, now.view.from + CLOSEST_MS) });
  };
  const stop = () => {
    drag.current = null;
  };

  return (
    <div
      className={classes.minimap}
      data-testid="minimap"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={stop}
      onPointerCancel={stop}
    >
      <canvas ref={place.canvas} aria-hidden />
    </div>
  );
}
