/** Rows of minutes onto a canvas. */
import { type Columns, foundRuns, troubleRuns } from "./columns";
import { heatScale, type Rgb } from "./heatScale";
import { KIND, type Kind } from "./minuteKind";

/** What rows are painted with; it depends on the theme and on the screen's pixels. */
export interface Palette {
  scale: readonly Rgb[];
  /** The scale as pixels of ImageData. */
  pixels: Uint32Array;
  ground: string;
  line: string;
  quiet: string;
  /** What a search has found. */
  archive: string;
  textures: Readonly<Record<"missing" | "black" | "frozen", CanvasPattern | string>>;
}

/** The palette of the page's theme, read from its colour roles. `ratio`: device pixels a CSS pixel. */
export function readPalette(scheme: "dark" | "light", ratio: number): Palette {
  const roles = getComputedStyle(document.documentElement);
  const role = (name: string) => roles.getPropertyValue(`--cf-${name}`).trim();
  const [ground, raised, quiet, archive] = [role("ground"), role("raised"), role("quiet"), role("archive")];
  const scale = heatScale(scheme);
  return {
    scale,
    pixels: asPixels(scale),
    ground,
    line: role("line"),
    quiet,
    archive,
    textures: {
      missing: pattern(6, ratio, (context, size) => {
        fill(context, ground, 0, 0, size, size);
        context.strokeStyle = quiet;
        context.globalAlpha = 0.7;
        context.beginPath();
        for (const shift of [-size, 0, size]) {
          context.moveTo(shift, size);
          context.lineTo(shift + size, 0);
        }
        context.stroke();
      }),
      frozen: pattern(4, ratio, (context, size) => {
        fill(context, raised, 0, 0, size, size);
        context.globalAlpha = 0.8;
        fill(context, quiet, 0, 1, size, 1);
      }),
      black: pattern(6, ratio, (context, size) => {
        fill(context, "#000", 0, 0, size, size);
        context.fillStyle = "#8b949d";
        context.beginPath();
        context.arc(size / 2, size / 2, 0.9, 0, 2 * Math.PI);
        context.fill();
      }),
    },
  };
}

function asPixels(scale: readonly Rgb[]): Uint32Array {
  const bytes = new Uint8ClampedArray(scale.length * 4);
  scale.forEach(([red, green, blue], index) => {
    bytes.set([red, green, blue, 255], index * 4);
  });
  return new Uint32Array(bytes.buffer);
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

function fill(context: Context, colour: string, x: number, y: number, width: number, height: number): void {
  context.fillStyle = colour;
  context.fillRect(x, y, width, height);
}

function pattern(size: number, ratio: number, draw: (context: Context, size: number) => void) {
  const scale = Math.max(1, Math.round(ratio));
  const tile = new OffscreenCanvas(size * scale, size * scale);
  const context = tile.getContext("2d");
  if (context === null) return "#808080";
  context.scale(scale, scale);
  draw(context, size);
  return context.createPattern(tile, "repeat") ?? "#808080";
}

/** One texture over the whole of a small canvas, for the legend. */
export function paintSample(canvas: HTMLCanvasElement, fillWith: CanvasPattern | string): void {
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.fillStyle = fillWith;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
}

/** Where rows are on the canvas, in its own (device) pixels. */
export interface Strips {
  rowHeight: number;
  /** The strip's upper edge within its row, and its height. */
  stripTop: number;
  stripHeight: number;
}

/** Paints rows from the top of the canvas down; all have as many columns as the canvas is wide. */
export function paintRows(
  canvas: HTMLCanvasElement,
  rows: readonly Columns[],
  strips: Strips,
  palette: Palette,
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const { width } = canvas;
  context.clearRect(0, 0, width, canvas.height);
  if (rows.length === 0 || width === 0) return;
  const activity = activityImage(rows, width, palette);
  if (activity === null) return;
  context.imageSmoothingEnabled = false;
  const { rowHeight, stripTop, stripHeight } = strips;
  rows.forEach((row, index) => {
    const top = index * rowHeight + stripTop;
    context.drawImage(activity, 0, index, width, 1, 0, top, width, stripHeight);
    paintGaps(context, row, top + stripHeight, palette);
    paintTrouble(context, row, top, stripHeight, palette);
    if (row.found !== null) paintFound(context, row.found, top, stripHeight, palette);
  });
}

// All rows at once, a pixel high each; they are stretched when they are drawn.
function activityImage(rows: readonly Columns[], width: number, palette: Palette): OffscreenCanvas | null {
  const image = new ImageData(width, rows.length);
  const pixels = new Uint32Array(image.data.buffer);
  rows.forEach((row, index) => {
    const start = index * width;
    for (let column = 0; column < width; column += 1) {
      if (row.kinds[column] === KIND.unknown) continue;
      pixels[start + column] = palette.pixels[row.activity[column] ?? 0] ?? 0;
    }
  });
  const canvas = new OffscreenCanvas(width, rows.length);
  const context = canvas.getContext("2d");
  context?.putImageData(image, 0, 0);
  return context === null ? null : canvas;
}

const LEAST_PX = 2;
const GAP_MARK_PX = 4;

// A gap of seconds is a mark at the foot of its minute: there to be seen, and no more than it is.
function paintGaps(context: CanvasRenderingContext2D, row: Columns, bottom: number, palette: Palette): void {
  const isGap = (column: number) => row.gaps[column] === 1 && row.kinds[column] !== KIND.missing;
  for (let from = 0; from < row.gaps.length; from += 1) {
    if (!isGap(from)) continue;
    let to = from + 1;
    while (to < row.gaps.length && isGap(to)) to += 1;
    const width = Math.max(LEAST_PX, to - from);
    fill(context, palette.ground, from - 1, bottom - GAP_MARK_PX - 1, width + 2, GAP_MARK_PX + 1);
    fill(context, palette.quiet, from, bottom - GAP_MARK_PX, width, GAP_MARK_PX);
    from = to;
  }
}

const DIMMED = 0.6;
const LEAST_FOUND_PX = 4;

// What was found shines; all else steps back, and stays to be read.
function paintFound(
  context: CanvasRenderingContext2D,
  found: Uint8Array,
  top: number,
  height: number,
  palette: Palette,
): void {
  context.globalAlpha = DIMMED;
  fill(context, palette.ground, 0, top, found.length, height);
  context.globalAlpha = 1;
  for (const [from, to] of foundRuns(found)) {
    const width = Math.max(LEAST_FOUND_PX, to - from);
    const left = Math.round((from + to - width) / 2);
    fill(context, palette.ground, left - 1, top, width + 2, height);
    fill(context, palette.archive, left, top, width, height);
  }
}

function paintTrouble(
  context: CanvasRenderingContext2D,
  row: Columns,
  top: number,
  height: number,
  palette: Palette,
): void {
  for (const { kind, from, to } of troubleRuns(row.kinds)) {
    const width = Math.max(LEAST_PX, to - from);
    const texture = textureOf(kind, palette);
    if (texture === null) {
      // Nothing is known: an empty place, with a line through it so that it is not taken for the page's end.
      fill(context, palette.line, from, top + Math.floor(height / 2), to - from, 1);
      continue;
    }
    context.fillStyle = texture;
    context.fillRect(from, top, width, height);
    if (width > 2 * LEAST_PX) {
      fill(context, palette.ground, from, top, 1, height);
      fill(context, palette.ground, from + width - 1, top, 1, height);
    }
  }
}

/** What a kind of trouble is filled with; null: it has no texture. */
export function textureOf(kind: Kind, palette: Palette): CanvasPattern | string | null {
  if (kind === KIND.missing) return palette.textures.missing;
  if (kind === KIND.black) return palette.textures.black;
  return kind === KIND.frozen ? palette.textures.frozen : null;
}
