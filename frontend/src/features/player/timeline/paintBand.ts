/** Footage as a band, and what is in its place where there is none. */
import { firstEndingAfter, type Span } from "../archive/span";
import type { Lane } from "./lanes";
import { words } from "./paintWords";
import { alpha, type Palette } from "./palette";
import { type Scale, xOf } from "./scale";
import type { Scene, Surface } from "./scene";

const FADE = 72;
const GLOW = 56;

/** Calls `paint` for each stretch on the screen; what would lie within what was painted is left out. */
export function eachVisible<T extends Span>(
  spans: readonly T[],
  scale: Scale,
  leastWidth: number,
  paint: (left: number, right: number, span: T) => void,
): void {
  let painted = Number.NEGATIVE_INFINITY;
  for (let index = firstEndingAfter(spans, scale.from); index < spans.length; index += 1) {
    const span = spans[index];
    if (span === undefined || span.from >= scale.to) break;
    const left = Math.max(-8, xOf(scale, span.from));
    const right = Math.max(left + leastWidth, Math.min(scale.width + 8, xOf(scale, span.to)));
    if (right <= painted + 0.5) continue;
    paint(left, right, span);
    painted = right;
  }
}

/** Cold in the archive, fading where it expires, warm where it is being written. */
function bandColor(
  surface: Surface,
  scene: Pick<Scene, "scale" | "archive" | "nowMs" | "palette">,
): CanvasGradient {
  const { scale, archive, nowMs, palette } = scene;
  const cold = palette.color["archive-dim"];
  const gradient = surface.createLinearGradient(0, 0, scale.width, 0);
  const stop = (x: number, color: string) =>
    gradient.addColorStop(Math.max(0, Math.min(1, x / scale.width)), color);
  const old = archive.oldestMs === null ? Number.NEGATIVE_INFINITY : xOf(scale, archive.oldestMs);
  if (old > -FADE) {
    stop(old, alpha(cold, 0.15));
    stop(old + FADE, cold);
  } else stop(0, cold);
  const hot = xOf(scale, nowMs);
  if (hot < scale.width + GLOW) {
    stop(hot - Math.min(GLOW, scale.width * 0.04), cold);
    stop(hot, palette.color.now);
  } else stop(scale.width, cold);
  return gradient;
}

/** The band of footage, and in outlines what a host that does not answer had reported. */
export function paintFootage(
  surface: Surface,
  scene: Pick<Scene, "scale" | "archive" | "nowMs" | "palette">,
  lane: Lane,
): void {
  const { scale, archive, nowMs, palette } = scene;
  surface.fillStyle = bandColor(surface, scene);
  eachVisible(archive.recorded, scale, 1, (left, right) =>
    surface.fillRect(left, lane.top, right - left, lane.height),
  );
  // Between the last answer and now: surely being written, if the last answer was.
  const last = archive.recorded.at(-1);
  if (last !== undefined && isWriting(archive, last, nowMs)) {
    surface.globalAlpha = 0.6;
    const left = xOf(scale, last.to);
    surface.fillRect(left, lane.top, Math.max(0, xOf(scale, nowMs) - left), lane.height);
    surface.globalAlpha = 1;
  }
  surface.fillStyle = alpha(palette.color["archive-dim"], 0.4);
  surface.strokeStyle = palette.color["archive-dim"];
  surface.lineWidth = 1;
  eachVisible(archive.reported, scale, 1, (left, right) => {
    surface.fillRect(left, lane.top, right - left, lane.height);
    surface.setLineDash([4, 3]);
    surface.strokeRect(left + 0.5, lane.top + 0.5, Math.max(0, right - left - 1), lane.height - 1);
    surface.setLineDash([]);
  });
}

const STILL_WRITING_MS = 75_000;

/** Whether what was recorded last goes on: nothing else is known of the time since. */
export function isWriting(
  archive: Pick<Scene["archive"], "gaps" | "unreachable">,
  last: Span,
  nowMs: number,
): boolean {
  const ended = Math.max(archive.gaps.at(-1)?.to ?? 0, archive.unreachable.at(-1)?.to ?? 0);
  return ended < last.to + 1 && nowMs - last.to < STILL_WRITING_MS;
}

/** Gaps, hatched; those before the archive are none. */
export function paintGaps(
  surface: Surface,
  scene: Pick<Scene, "scale" | "archive" | "hoveredGap" | "palette">,
  lane: Lane,
): void {
  const { scale, archive, hoveredGap, palette } = scene;
  const begin = archive.oldestMs ?? Number.POSITIVE_INFINITY;
  eachVisible(archive.gaps, scale, 2, (left, right, gap) => {
    if (gap.to <= begin) return;
    const [x, width] = [Math.round(left), Math.max(2, Math.round(right) - Math.round(left))];
    surface.fillStyle = palette.color.ground;
    surface.fillRect(x, lane.top, width, lane.height);
    hatch(surface, palette, x, lane, width);
    surface.strokeStyle =
      hoveredGap?.from === gap.from ? palette.color.text : alpha(palette.color.quiet, 0.6);
    surface.lineWidth = 1;
    surface.strokeRect(x + 0.5, lane.top + 0.5, width - 1, lane.height - 1);
  });
}

function hatch(surface: Surface, palette: Palette, x: number, lane: Lane, width: number): void {
  if (palette.missing === null) return;
  surface.fillStyle = palette.missing;
  surface.fillRect(x, lane.top, width, lane.height);
}

/** Where nobody can say now what there is, with words where there is room. */
export function paintUnknown(surface: Surface, scene: Scene, lane: Lane): void {
  const { scale, archive, palette, host } = scene;
  const veil = (span: Span, text: string) =>
    eachVisible([span], scale, 1, (left, right) => {
      if (palette.unknown !== null) {
        surface.fillStyle = palette.unknown;
        surface.fillRect(left, lane.top, right - left, lane.height);
      }
      surface.strokeStyle = alpha(palette.color.quiet, 0.5);
      surface.lineWidth = 1;
      surface.setLineDash([2, 4]);
      surface.strokeRect(left + 0.5, lane.top + 0.5, right - left - 1, lane.height - 1);
      surface.setLineDash([]);
      label(surface, scene, lane, [Math.max(0, left), Math.min(scale.width, right)], text);
    });
  for (const part of archive.unreachable) veil(part, `Not known: ${host} does not answer`);
  for (const { span } of archive.failed) veil(span, "Not known: the gateway does not answer");
  for (const span of archive.waiting) veil(span, `Waiting for ${host}…`);
}

function label(
  surface: Surface,
  scene: Scene,
  lane: Lane,
  [left, right]: [number, number],
  text: string,
): void {
  const { palette } = scene;
  surface.font = `500 11px ${palette.font}`;
  const width = surface.measureText(text).width;
  if (right - left < width + 24) return;
  const x = (left + right) / 2;
  const y = lane.top + lane.height / 2;
  surface.fillStyle = palette.color.panel;
  surface.beginPath();
  surface.roundRect(x - width / 2 - 8, y - 9, width + 16, 18, 4);
  surface.fill();
  words(surface, palette, text, x, y + 0.5, { weight: 500, fill: palette.color.text, align: "center" });
}
