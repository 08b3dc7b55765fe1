/** Activity as a thin area. */
import { activityIn, type MinuteBlock } from "../archive/minutes";
import { merged } from "../archive/span";
import type { Lane } from "./lanes";
import { eachVisible } from "./paintBand";
import { alpha } from "./palette";
import { msPerPixel, type Scale, xOf } from "./scale";
import type { Scene, Surface } from "./scene";

const MINUTE_MS = 60_000;
const NARROWEST_PX = 1.5;

/** A place on the area's upper edge; `level` is 0 to 1. */
export interface Point {
  x: number;
  level: number;
}

const KEPT_SHAPES = 2;
const shapes = new WeakMap<readonly MinuteBlock[], { key: string; points: readonly Point[] }[]>();

/**
 * The upper edge of the area over `scale`: a point for every so many whole minutes as pixels can tell apart.
 * The minutes of a point stay the same while one pans, so that the shape does not tremble.
 */
export function activityShape(blocks: readonly MinuteBlock[], scale: Scale): readonly Point[] {
  const key = `${scale.from} ${scale.to} ${scale.width}`;
  const kept = shapes.get(blocks) ?? [];
  const shape = kept.find((one) => one.key === key) ?? { key, points: newShape(blocks, scale) };
  // The whole archive's stays the same while the view moves: the two used last are enough for both.
  shapes.set(blocks, [...kept.filter((one) => one !== shape), shape].slice(-KEPT_SHAPES));
  return shape.points;
}

function newShape(blocks: readonly MinuteBlock[], scale: Scale): Point[] {
  const least = msPerPixel(scale) * NARROWEST_PX;
  const step = Math.max(MINUTE_MS, Math.ceil(least / MINUTE_MS) * MINUTE_MS);
  const points: Point[] = [];
  const first = Math.floor(scale.from / step) * step - step;
  for (let ms = first; ms < scale.to + step; ms += step) {
    points.push({ x: xOf(scale, ms + step / 2), level: activityIn(blocks, ms, ms + step) });
  }
  return points;
}

export function paintActivity(
  surface: Surface,
  scene: Pick<Scene, "scale" | "archive" | "palette">,
  lane: Lane,
  withEdge: boolean,
): void {
  const { scale, archive, palette } = scene;
  const bottom = lane.top + lane.height;
  const points = activityShape(archive.minutes, scale);
  const highest = ceiling(archive.minutes);
  const yOf = (level: number) => bottom - 1 - Math.min(1, level / highest) * (lane.height - 4);
  surface.save();
  surface.beginPath();
  const seen =
    archive.reported.length > 0 ? merged([...archive.recorded, ...archive.reported]) : archive.recorded;
  eachVisible(seen, scale, 1, (left, right) =>
    surface.rect(left, lane.top - 2, right - left, lane.height + 2),
  );
  surface.clip();
  trace(surface, points, yOf);
  if (withEdge) {
    surface.strokeStyle = alpha(palette.color.archive, 0.85);
    surface.lineWidth = 1.2;
    surface.stroke();
  }
  surface.lineTo(points.at(-1)?.x ?? 0, bottom);
  surface.lineTo(points[0]?.x ?? 0, bottom);
  const fill = surface.createLinearGradient(0, lane.top, 0, bottom);
  fill.addColorStop(0, alpha(palette.color.archive, 0.5));
  fill.addColorStop(1, alpha(palette.color.archive, 0.12));
  surface.fillStyle = fill;
  surface.fill();
  surface.restore();
}

const LOWEST_CEILING = 0.3;
const ceilings = new WeakMap<readonly MinuteBlock[], number>();

/** What fills the lane: the most that is known, so that a quiet camera's motion can be seen as well. */
export function ceiling(blocks: readonly MinuteBlock[]): number {
  const found = ceilings.get(blocks);
  if (found !== undefined) return found;
  let highest = LOWEST_CEILING;
  for (const block of blocks) highest = Math.max(highest, activityIn([block], block.from, block.to));
  ceilings.set(blocks, highest);
  return highest;
}

function trace(surface: Surface, points: readonly Point[], yOf: (level: number) => number): void {
  surface.beginPath();
  let before: Point | undefined;
  for (const point of points) {
    const y = yOf(point.level);
    if (before === undefined) surface.moveTo(point.x, y);
    else {
      const middle = (before.x + point.x) / 2;
      surface.bezierCurveTo(middle, yOf(before.level), middle, y, point.x, y);
    }
    before = point;
  }
}
