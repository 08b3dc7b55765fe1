/** The colours and textures of canvases, out of the theme's roles. */

const ROLES = [
  "ground",
  "panel",
  "raised",
  "line",
  "text",
  "quiet",
  "archive",
  "archive-dim",
  "now",
] as const;
type Role = (typeof ROLES)[number];

export interface Palette {
  color: Readonly<Record<Role, string>>;
  font: string;
  /** Diagonal hatch: footage is missing. */
  missing: CanvasPattern | null;
  /** Sparse dots: nobody can say now. */
  unknown: CanvasPattern | null;
  /** Horizontal lines: the picture stood still. */
  freeze: CanvasPattern | null;
  /** Dark with dots: the picture was black. */
  black: CanvasPattern | null;
}

/** A colour of the theme (#rrggbb) with an opacity of 0 to 1. */
export function alpha(color: string, opacity: number): string {
  return (
    color +
    Math.round(opacity * 255)
      .toString(16)
      .padStart(2, "0")
  );
}

/** Reads the roles as they are now; textures are sharp at `ratio` device pixels a pixel. */
export function readPalette(element: Element, ratio: number): Palette {
  const style = getComputedStyle(element);
  const role = (name: Role) => style.getPropertyValue(`--cf-${name}`).trim();
  const color = {
    ground: role("ground"),
    panel: role("panel"),
    raised: role("raised"),
    line: role("line"),
    text: role("text"),
    quiet: role("quiet"),
    archive: role("archive"),
    "archive-dim": role("archive-dim"),
    now: role("now"),
  };
  return {
    color,
    font: style.fontFamily,
    missing: texture(ratio, 6, (context, size) => {
      context.strokeStyle = alpha(color.quiet, 0.6);
      context.lineWidth = 1;
      context.beginPath();
      for (const offset of [-size, 0, size]) {
        context.moveTo(offset, size);
        context.lineTo(offset + size, 0);
      }
      context.stroke();
    }),
    unknown: texture(ratio, 8, (context, size) => {
      context.fillStyle = alpha(color.quiet, 0.55);
      for (const [x, y] of [
        [size / 4, size / 4],
        [(size * 3) / 4, (size * 3) / 4],
      ] as const) {
        context.beginPath();
        context.arc(x, y, 0.8, 0, 7);
        context.fill();
      }
    }),
    freeze: texture(ratio, 4, (context, size) => {
      context.fillStyle = color.raised;
      context.fillRect(0, 0, size, size);
      context.fillStyle = alpha(color.quiet, 0.8);
      context.fillRect(0, 1, size, 1);
    }),
    black: texture(ratio, 6, (context, size) => {
      context.fillStyle = "#000000";
      context.fillRect(0, 0, size, size);
      context.fillStyle = "#98a1ab";
      context.beginPath();
      context.arc(size / 2, size / 2, 1, 0, 7);
      context.fill();
    }),
  };
}

function texture(
  ratio: number,
  size: number,
  paint: (context: CanvasRenderingContext2D, size: number) => void,
): CanvasPattern | null {
  const tile = document.createElement("canvas");
  tile.width = Math.round(size * ratio);
  tile.height = tile.width;
  const context = tile.getContext("2d");
  if (context === null) return null;
  context.scale(tile.width / size, tile.width / size);
  paint(context, size);
  const pattern = context.createPattern(tile, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(size / tile.width));
  return pattern;
}
