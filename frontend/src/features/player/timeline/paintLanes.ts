/** The time line's lanes, from what lies below to what lies above. */
import { clock, duration } from "@/lib/format";
import { paintActivity } from "./paintActivity";
import { paintFootage, paintGaps, paintUnknown } from "./paintBand";
import { paintEvents } from "./paintEvents";
import { paintRuler } from "./paintRuler";
import { pill, pillPlace, upright, words } from "./paintWords";
import { alpha } from "./palette";
import { xOf } from "./scale";
import type { Scene, Surface } from "./scene";

export function paintLanes(surface: Surface, scene: Scene): void {
  const { scale, lanes, palette } = scene;
  surface.clearRect(0, 0, scale.width, lanes.height);
  paintRuler(surface, scene, labels(surface, scene));
  surface.fillStyle = palette.color.line;
  surface.fillRect(0, lanes.footage.top - 1, scale.width, 1);
  paintActivity(surface, scene, lanes.activity, true);
  paintFootage(surface, scene, lanes.footage);
  const whole = {
    top: lanes.activity.top + 2,
    height: lanes.footage.top + lanes.footage.height - lanes.activity.top - 2,
  };
  paintGaps(surface, scene, whole);
  paintUnknown(surface, scene, lanes.footage);
  paintEvents(surface, scene);
  paintBegin(surface, scene);
  paintRange(surface, scene);
  paintNow(surface, scene);
  if (scene.hoverMs !== null) {
    const x = xOf(scale, scene.hoverMs);
    upright(surface, x, lanes.ruler.height, lanes.height, alpha(palette.color.text, 0.35));
  }
  paintHead(surface, scene);
}

// Where the labels of head and now will stand, so that the ruler keeps clear of them.
function labels(surface: Surface, scene: Scene): [number, number][] {
  const { scale, headMs, nowMs, palette } = scene;
  const taken: [number, number][] = [];
  const now = xOf(scale, nowMs);
  if (now < scale.width + 30) taken.push(pillPlace(surface, palette, "00:00:00", now, scale.width));
  if (headMs !== null)
    taken.push(
      pillPlace(surface, palette, headLabel(scene, xOf(scale, headMs)), xOf(scale, headMs), scale.width),
    );
  return taken;
}

function paintBegin(surface: Surface, scene: Scene): void {
  const { scale, archive, lanes, palette } = scene;
  if (archive.oldestMs === null) return;
  const x = xOf(scale, archive.oldestMs);
  const code = archive.gaps[0]?.to === archive.oldestMs ? archive.gaps[0].code : undefined;
  const text = code === "expired" ? "Expired" : code === "unassigned" ? "Not recorded yet" : null;
  if (text === null || x < 100) return;
  words(surface, palette, text, x - 8, lanes.footage.top + lanes.footage.height / 2, {
    fill: palette.color.quiet,
    align: "right",
  });
}

function paintRange(surface: Surface, scene: Scene): void {
  const { scale, range, lanes, palette } = scene;
  if (range === null) return;
  const [left, right] = [xOf(scale, range.from), xOf(scale, range.to)];
  const top = lanes.activity.top - 2;
  const bottom = lanes.footage.top + lanes.footage.height + 2;
  surface.fillStyle = alpha(palette.color.archive, 0.22);
  surface.fillRect(left, top, right - left, bottom - top);
  for (const [x, side] of [
    [left, -1],
    [right, 1],
  ] as const) {
    surface.fillStyle = palette.color.archive;
    surface.beginPath();
    surface.roundRect(side === -1 ? x - 8 : x, top, 8, bottom - top, 3);
    surface.fill();
    upright(surface, x + side * 4 - 0.5, top + 22, bottom - 22, palette.color.ground);
  }
  const style = { fill: palette.color.archive, ink: palette.color.ground, width: scale.width };
  if (right < 0 || left > scale.width) return;
  const length = duration(range.to - range.from);
  const [from, to] = pillPlace(surface, palette, length, scale.width / 2, scale.width);
  // Within the range where there is room; otherwise beside it, so that the handles stay to be seen.
  const room = right - left > to - from + 8;
  pill(surface, palette, length, room ? (left + right) / 2 : right + 14 + (to - from) / 2, top + 2, style);
}

function paintNow(surface: Surface, scene: Scene): void {
  const { scale, nowMs, lanes, palette, isLive, zone } = scene;
  const x = xOf(scale, nowMs);
  if (x > scale.width + 2) return;
  const { now, ground } = palette.color;
  const glow = surface.createLinearGradient(x - 72, 0, x, 0);
  glow.addColorStop(0, alpha(now, 0));
  glow.addColorStop(1, alpha(now, 0.16));
  surface.fillStyle = glow;
  surface.fillRect(x - 72, lanes.activity.top, 72, lanes.height - lanes.activity.top);
  surface.fillStyle = now;
  surface.fillRect(Math.round(x) - 1, 20, 2, lanes.height - 20);
  pill(surface, palette, isLive ? clock(nowMs, zone) : "Now", x, 2, {
    fill: now,
    ink: ground,
    width: scale.width,
  });
}

function headLabel(scene: Scene, x: number): string {
  const text = clock(scene.headMs ?? 0, scene.zone);
  if (x < 0) return `‹ ${text}`;
  return x > scene.scale.width ? `${text} ›` : text;
}

function paintHead(surface: Surface, scene: Scene): void {
  const { scale, headMs, lanes, palette, isLive } = scene;
  if (headMs === null || isLive) return;
  const x = xOf(scale, headMs);
  const { text, ground } = palette.color;
  if (x >= 0 && x <= scale.width) {
    const sharp = Math.round(x);
    surface.fillStyle = alpha(ground, 0.7);
    surface.fillRect(sharp - 2, 20, 4, lanes.height - 20);
    surface.fillStyle = text;
    surface.fillRect(sharp - 1, 18, 2, lanes.height - 18);
  }
  pill(surface, palette, headLabel(scene, x), x, 2, { fill: text, ink: ground, width: scale.width });
}
