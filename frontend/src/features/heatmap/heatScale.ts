/** The colours of activity: evenly lighter (dark theme) or darker (light theme) from quiet to busy. */
import { MOST } from "./series";

export type Rgb = readonly [red: number, green: number, blue: number];

// From the ground through deep blue and cyan to pale yellow; the light theme's goes the other way in lightness.
const DARK = [
  "#101418",
  "#122338",
  "#143a66",
  "#155f98",
  "#1c89b8",
  "#43b3c6",
  "#8ad6cc",
  "#cdecc4",
  "#fbf6c3",
];
const LIGHT = [
  "#eef3f6",
  "#d6e8ee",
  "#acd6e0",
  "#74b9d0",
  "#4497bf",
  "#2b72a7",
  "#235088",
  "#1d3163",
  "#150f3a",
];
const STEPS = 256;
// Recorded and quiet must differ from the ground, where nothing is known.
const FLOOR = 0.05;

/** The colour of each activity byte, 0 to 254; 255 (not analysed) has the quietest. */
export function heatScale(scheme: "dark" | "light"): Rgb[] {
  const scale = evenScale((scheme === "dark" ? DARK : LIGHT).map(labOf));
  return Array.from({ length: STEPS }, (_, byte) => {
    const level = byte > MOST ? 0 : byte / MOST;
    return scale[Math.round((FLOOR + (1 - FLOOR) * level) * (STEPS - 1))] ?? [0, 0, 0];
  });
}

/** Relative luminance, 0 to 1 (WCAG 2.2). */
export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
}

export function cssColour([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

type Lab = readonly [lightness: number, a: number, b: number];

// Colours at even steps of lightness, on straight lines between the stops.
function evenScale(stops: readonly Lab[]): Rgb[] {
  const low = stops[0]?.[0] ?? 0;
  const high = stops.at(-1)?.[0] ?? 1;
  return Array.from({ length: STEPS }, (_, step) => {
    const lightness = low + ((high - low) * step) / (STEPS - 1);
    const found = stops.findIndex(([l]) => (high > low ? l >= lightness : l <= lightness));
    const after = Math.max(1, found < 0 ? stops.length - 1 : found);
    const [before, next] = [stops[after - 1], stops[after]];
    if (before === undefined || next === undefined) return [0, 0, 0];
    const share = (lightness - before[0]) / (next[0] - before[0]);
    return rgbOf([
      lightness,
      before[1] + (next[1] - before[1]) * share,
      before[2] + (next[2] - before[2]) * share,
    ]);
  });
}

function linear(c: number): number {
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function gamma(c: number): number {
  return c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055;
}

// OKLab (Björn Ottosson, 2020), to four digits.
function labOf(hex: string): Lab {
  const at = (place: number) => linear(Number.parseInt(hex.slice(place, place + 2), 16) / 255);
  const [r, g, b] = [at(1), at(3), at(5)];
  const l = Math.cbrt(0.4122 * r + 0.5363 * g + 0.0514 * b);
  const m = Math.cbrt(0.2119 * r + 0.6807 * g + 0.1074 * b);
  const s = Math.cbrt(0.0883 * r + 0.2817 * g + 0.63 * b);
  return [
    0.2105 * l + 0.7936 * m - 0.0041 * s,
    1.978 * l - 2.4286 * m + 0.4506 * s,
    0.0259 * l + 0.7828 * m - 0.8087 * s,
  ];
}

function rgbOf([lightness, a, b]: Lab): Rgb {
  const l = (lightness + 0.3963 * a + 0.2158 * b) ** 3;
  const m = (lightness - 0.1056 * a - 0.0639 * b) ** 3;
  const s = (lightness - 0.0895 * a - 1.2915 * b) ** 3;
  const byte = (c: number) => Math.round(255 * gamma(Math.max(0, Math.min(1, c))));
  return [
    byte(4.0767 * l - 3.3077 * m + 0.231 * s),
    byte(-1.2684 * l + 2.6098 * m - 0.3413 * s),
    byte(-0.0042 * l - 0.7034 * m + 1.7076 * s),
  ];
}
