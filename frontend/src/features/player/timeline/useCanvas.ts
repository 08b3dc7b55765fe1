import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Palette, readPalette } from "./palette";

export interface CanvasPlace {
  canvas: RefObject<HTMLCanvasElement | null>;
  /** CSS pixels; 0 before it was measured. */
  width: number;
  height: number;
  /** Device pixels a CSS pixel. */
  ratio: number;
  /** Read anew when the theme changes; null before the first time. */
  palette: Palette | null;
}

/** A canvas that knows its size, the screen's sharpness and the theme. */
export function useCanvas(): CanvasPlace {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [ratio, setRatio] = useState(() => window.devicePixelRatio || 1);
  const [palette, setPalette] = useState<Palette | null>(null);

  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const query = window.matchMedia(`(resolution: ${ratio}dppx)`);
    const change = () => setRatio(window.devicePixelRatio || 1);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, [ratio]);

  useLayoutEffect(() => {
    const read = () => {
      if (canvas.current !== null) setPalette(readPalette(canvas.current, ratio));
    };
    read();
    // Words that were drawn before the font came would stay in another one.
    void document.fonts.ready.then(read);
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme"] });
    return () => observer.disconnect();
  }, [ratio]);

  return { canvas, ...size, ratio, palette };
}

/** The canvas's context, scaled to CSS pixels, its bitmap as large as the screen shows it. */
export function surfaceOf(place: CanvasPlace): CanvasRenderingContext2D | null {
  const element = place.canvas.current;
  if (element === null || place.width === 0 || place.height === 0) return null;
  const width = Math.round(place.width * place.ratio);
  const height = Math.round(place.height * place.ratio);
  // Setting a size clears the bitmap and costs, also where it is the same.
  if (element.width !== width) element.width = width;
  if (element.height !== height) element.height = height;
  const context = element.getContext("2d");
  context?.setTransform(place.ratio, 0, 0, place.ratio, 0, 0);
  return context;
}
