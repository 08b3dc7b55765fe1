/** The whole archive, small, with a window where one looks. */
import type { Span } from "../archive/span";
import { paintActivity } from "./paintActivity";
import { paintFootage, paintGaps } from "./paintBand";
import { setFont, upright, words } from "./paintWords";
import { alpha } from "./palette";
import { xOf } from "./scale";
import type { Scene, Surface } from "./scene";
import { ticksOf } from "./ticks";

const BAND = 8;
export const LABELS = 14;

/** `scene.scale` is the whole archive here; `view` is where the time line looks. */
export function paintMinimap(surface: Surface, scene: Scene, view: Span, height: number): void {
  const { scale, palette, nowMs, headMs, isLive } = scene;
  const { color } = palette;
  const bottom = height - LABELS;
  surface.clearRect(0, 0, scale.width, height);
  surface.save();
  surface.beginPath();
  surface.roundRect(0, 0, scale.width, bottom, 4);
  surface.fillStyle = color.ground;
  surface.fill();
  surface.clip();
  paintActivity(surface, scene, { top: 2, height: bottom - BAND - 2 }, false);
  paintFootage(surface, scene, { top: bottom - BAND, height: BAND });
  paintGaps(surface, scene, { top: 0, height: bottom });
  const [left, right] = [Math.round(xOf(scale, view.from)), Math.round(xOf(scale, view.to))];
  surface.fillStyle = alpha(color.ground, 0.4);
  surface.fillRect(0, 0, left, bottom);
  surface.fillRect(right, 0, scale.width - right, bottom);
  surface.restore();
  paintDates(surface, scene, bottom, height);
  surface.fillStyle = color.now;
  surface.fillRect(Math.round(xOf(scale, nowMs)) - 1, 0, 2, bottom);
  if (headMs !== null && !isLive) {
    surface.fillStyle = color.text;
    surface.fillRect(Math.round(xOf(scale, headMs)) - 1, 0, 2, bottom);
  }
  paintWindow(surface, scene, Math.max(0, left), Math.min(scale.width, right), bottom);
}

function paintWindow(surface: Surface, scene: Scene, left: number, right: number, bottom: number): void {
  const { palette } = scene;
  surface.beginPath();
  surface.roundRect(left + 0.5, 0.5, Math.max(2, right - left - 1), bottom - 1, 4);
  surface.strokeStyle = palette.color.archive;
  surface.lineWidth = 1;
  surface.stroke();
  surface.fillStyle = palette.color.archive;
  for (const x of [Math.max(3, left), Math.min(scene.scale.width - 3, right)]) {
    surface.beginPath();
    surface.roundRect(x - 3, bottom / 2 - 8, 6, 16, 3);
    surface.fill();
  }
}

function paintDates(surface: Surface, scene: Scene, bottom: number, height: number): void {
  const { scale, palette, zone } = scene;
  const placed: [number, number][] = [];
  const ticks = ticksOf(scale, zone, { words: scale.width < 600 ? 76 : 120, ticks: 16 });
  for (const tick of [...ticks].sort((a, b) => Number(b.isMidnight) - Number(a.isMidnight))) {
    const x = xOf(scale, tick.ms);
    upright(
      surface,
      x,
      bottom,
      bottom + (tick.isMajor ? 4 : 2),
      alpha(palette.color.quiet, tick.isMajor ? 0.6 : 0.3),
    );
    if (!tick.isMajor && !tick.isMidnight) continue;
    const weight = tick.isMidnight ? 600 : 400;
    setFont(surface, palette, 10, weight);
    const half = surface.measureText(tick.label).width / 2;
    if (x - half < 0 || x + half > scale.width) continue;
    if (placed.some(([from, to]) => x + half > from - 8 && x - half < to + 8)) continue;
    placed.push([x - half, x + half]);
    words(surface, palette, tick.label, x, height - 4, {
      size: 10,
      weight,
      fill: tick.isMidnight ? palette.color.text : palette.color.quiet,
      align: "center",
    });
  }
}
