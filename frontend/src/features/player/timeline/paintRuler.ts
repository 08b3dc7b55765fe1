/** The ruler with its ticks, times and dates. */

import { setFont, upright, words } from "./paintWords";
import { alpha } from "./palette";
import { xOf } from "./scale";
import type { Scene, Surface } from "./scene";
import { ticksOf } from "./ticks";

/** `taken`: from where to where other labels stand, which the ruler's words keep clear of. */
export function paintRuler(surface: Surface, scene: Scene, taken: readonly [number, number][]): void {
  const { scale, lanes, palette, zone } = scene;
  const { color } = palette;
  const isNarrow = scale.width < 600;
  const bottom = lanes.ruler.top + lanes.ruler.height;
  const ticks = ticksOf(scale, zone, { words: isNarrow ? 58 : 84, ticks: 10 });
  // Dates come first: where one stands, an hour beside it has no room.
  const placed = [...taken];
  for (const tick of [...ticks].sort((a, b) => Number(b.isMidnight) - Number(a.isMidnight))) {
    const x = xOf(scale, tick.ms);
    const isTall = tick.isMajor || tick.isMidnight;
    upright(surface, x, bottom - (isTall ? 8 : 4), bottom, isTall ? alpha(color.quiet, 0.55) : color.line);
    if (isTall) {
      const line = tick.isMidnight ? alpha(color.quiet, 0.4) : alpha(color.line, 0.7);
      upright(surface, x, lanes.activity.top, lanes.footage.top, line);
    }
    if (!isTall) continue;
    const weight = tick.isMidnight ? 600 : 400;
    setFont(surface, palette, 11, weight);
    const half = surface.measureText(tick.label).width / 2;
    if (x - half < 0 || x + half > scale.width) continue;
    if (placed.some(([from, to]) => x + half > from - 6 && x - half < to + 6)) continue;
    placed.push([x - half, x + half]);
    words(surface, palette, tick.label, x, bottom - 15, {
      weight,
      fill: tick.isMidnight ? color.text : color.quiet,
      align: "center",
    });
  }
}
