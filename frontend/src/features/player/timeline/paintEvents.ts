/** The lane of events: incidents as textures, motion as marks. */
import type { ArchiveEvent } from "../archive/events";
import { alpha } from "./palette";
import { xOf } from "./scale";
import type { Scene, Surface } from "./scene";

export function paintEvents(surface: Surface, scene: Scene): void {
  const { scale, archive, lanes, palette, headMs } = scene;
  const { top, height } = lanes.events;
  surface.fillStyle = alpha(palette.color.ground, 0.55);
  surface.fillRect(0, top, scale.width, height);
  for (const event of archive.events) {
    if (event.to <= scale.from || event.from >= scale.to) continue;
    const left = Math.round(xOf(scale, event.from));
    const right = Math.round(xOf(scale, event.to));
    if (event.kind === "motion") {
      paintMark(surface, scene, left, right, headMs !== null && headMs >= event.from && headMs < event.to);
    } else if (event.kind !== "gap") paintIncident(surface, scene, event, left, Math.max(left + 4, right));
  }
}

function paintMark(surface: Surface, scene: Scene, left: number, right: number, isCurrent: boolean): void {
  const { lanes, palette } = scene;
  const [top, height] = [lanes.events.top + 4, lanes.events.height - 8];
  surface.fillStyle = alpha(palette.color.archive, isCurrent ? 1 : 0.3);
  surface.beginPath();
  surface.roundRect(left, top, Math.max(3, right - left), height, 2);
  surface.fill();
  surface.fillStyle = palette.color.archive;
  surface.beginPath();
  surface.roundRect(left, top, 2.5, height, 1.2);
  surface.fill();
}

function paintIncident(
  surface: Surface,
  scene: Scene,
  event: ArchiveEvent,
  left: number,
  right: number,
): void {
  const { lanes, palette } = scene;
  const pattern = event.kind === "black" ? palette.black : palette.freeze;
  surface.beginPath();
  surface.roundRect(left + 0.5, lanes.events.top + 2.5, right - left - 1, lanes.events.height - 5, 3);
  surface.fillStyle = pattern ?? palette.color.raised;
  surface.fill();
  surface.strokeStyle = alpha(palette.color.quiet, 0.7);
  surface.lineWidth = 1;
  surface.stroke();
}
