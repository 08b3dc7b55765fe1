import { expect, test } from "vitest";
import { heatScale, luminance, type Rgb } from "./heatScale";
import { MOST, UNKNOWN } from "./series";

function steps(scheme: "dark" | "light"): number[] {
  const shades = heatScale(scheme)
    .slice(0, MOST + 1)
    .map(luminance);
  return shades.slice(1).map((shade, index) => shade - (shades[index] ?? 0));
}

test("busier is lighter on the dark theme, at every step but those too small for eight bits", () => {
  expect(Math.min(...steps("dark"))).toBeGreaterThan(-0.001);
  expect(steps("dark").filter((step) => step > 0).length).toBeGreaterThan(240);
});

test("busier is darker on the light theme", () => {
  expect(Math.max(...steps("light"))).toBeLessThan(0.001);
  expect(steps("light").filter((step) => step < 0).length).toBeGreaterThan(240);
});

test("quiet and busy are far apart in grey", () => {
  for (const scheme of ["dark", "light"] as const) {
    const scale = heatScale(scheme);
    const [a, b] = [luminance(scale[0] ?? [0, 0, 0]), luminance(scale[MOST] ?? [0, 0, 0])];
    expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)).toBeGreaterThan(9);
  }
});

test("who does not see red or green sees the order all the same: blue and lightness carry it", () => {
  // Deuteranopia in linear light (Viénot, Brettel and Mollon, 1999): red and green become one.
  const seen = ([red, green, blue]: Rgb): Rgb => [0.29 * red + 0.71 * green, 0.29 * red + 0.71 * green, blue];
  const shades = heatScale("dark")
    .filter((_, index) => index % 16 === 0 && index <= MOST)
    .map((c) => luminance(seen(c)));
  expect(shades).toEqual(shades.toSorted((a, b) => a - b));
});

test("what was not analysed has the quietest colour", () => {
  const scale = heatScale("dark");
  expect(scale[UNKNOWN]).toEqual(scale[0]);
});
