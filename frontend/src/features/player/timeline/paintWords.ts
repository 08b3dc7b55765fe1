/** Words and lines on a canvas. */
import type { Palette } from "./palette";
import type { Surface } from "./scene";

interface Style {
  size?: number;
  weight?: number;
  fill: string;
  align?: CanvasTextAlign;
}

export function setFont(surface: Surface, palette: Palette, size = 11, weight = 400): void {
  surface.font = `${weight} ${size}px ${palette.font}`;
}

/** Words with their middle at `y`. */
export function words(
  surface: Surface,
  palette: Palette,
  text: string,
  x: number,
  y: number,
  { size = 11, weight = 400, fill, align = "left" }: Style,
): void {
  setFont(surface, palette, size, weight);
  surface.fillStyle = fill;
  surface.textAlign = align;
  surface.textBaseline = "middle";
  surface.fillText(text, x, y);
}

/** A line a pixel wide, down at `x`. */
export function upright(surface: Surface, x: number, top: number, bottom: number, stroke: string): void {
  const sharp = Math.round(x) + 0.5;
  surface.beginPath();
  surface.moveTo(sharp, top);
  surface.lineTo(sharp, bottom);
  surface.strokeStyle = stroke;
  surface.lineWidth = 1;
  surface.stroke();
}

/** A label around `x`, kept within the width. Returns where it is. */
export function pill(
  surface: Surface,
  palette: Palette,
  text: string,
  x: number,
  top: number,
  { fill, ink, width }: { fill: string; ink: string; width: number },
): [number, number] {
  const [left, right] = pillPlace(surface, palette, text, x, width);
  surface.beginPath();
  surface.roundRect(left, top, right - left, 18, 4);
  surface.fillStyle = fill;
  surface.fill();
  words(surface, palette, text, (left + right) / 2, top + 9.5, { weight: 600, fill: ink, align: "center" });
  return [left, right];
}

/** Where a label around `x` would be. */
export function pillPlace(
  surface: Surface,
  palette: Palette,
  text: string,
  x: number,
  width: number,
): [number, number] {
  setFont(surface, palette, 11, 600);
  // As wide as the same number of zeros: the label does not tremble while its figures run.
  const across = surface.measureText(text.replace(/\d/g, "0")).width + 12;
  const left = Math.max(0, Math.min(width - across, x - across / 2));
  return [left, left + across];
}
