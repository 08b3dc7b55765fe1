/** The lane of events: incidents as textures, captions as marks, motion as lesser marks where there are captions. */
import type { ArchiveEvent } from "../archive/events";
import { alpha } from "./palette";
import { xOf } from "./scale";
import type { Scene, Surface } from "./scene";

export function paintEvents(surface: Surface, scene: Scene): void {
  const { scale, archive, lanes, palette, headMs } = scene;
  const { top, height } = lanes.events;
  surface.fillStyle = alpha(palette.color.ground, 0.55);
  surface.fillRect(0, top, scale.width, height);
  const hasCaptions = archive.captions.events.length > 0;
  for (const event of archive.events) {
    if (event.to < scale.from || event.from >= scale.to) continue;
    const left = Math.round(xOf(scale, event.from));
    const right = Math.round(xOf(scale, event.to));
    const isCurrent = headMs !== null && headMs >= event.from && headMs < event.to;
    if (event.kind === "caption") paintMark(surface, scene, left, right, isCurrent);
    else if (event.kind === "motion") {
      if (hasCaptions) paintTick(surface, scene, left, right);
      else paintMark(surface, scene, left, right, isCurrent);
    } else if (event.kind !== "gap") paintIncident(surface, scene, event, left, Math.max(left + 4, right));
  }
}

// At the lane's foot, so that the marks of captions stand out of them.
function paintTick(surface: Surface, { lanes, palette }: Scene, left: number, right: number): void {
  const { top, height } = lanes.events;
  surface.fillStyle = alpha(palette.color.archive, 0.45);
  surface.fillRect(left, top + height - 4, Math.max(2, right - left), 3);
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
