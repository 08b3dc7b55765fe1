import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import { madeUpDay } from "./activity";
import classes from "./SignInPage.module.css";

const ROW_PX = 34;
const BAND_PX = 22;
const COLUMN_PX = 3;
const STRONGEST = 0.5;

/** The ground of the page: a day as the heatmap shows it, of cameras that do not exist. Decoration only. */
export function DayOfActivity() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme("dark");
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    // The observer calls once at the start; the colours are those of `scheme`.
    element.dataset.scheme = scheme;
    const observer = new ResizeObserver(() => paint(element));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scheme]);
  return <canvas ref={canvas} className={classes.day} aria-hidden />;
}

function paint(canvas: HTMLCanvasElement): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  const role = getComputedStyle(canvas);
  const line = role.getPropertyValue("--cf-line");
  const nowAt = Math.round(width * 0.93);
  const columns = Math.floor(nowAt / COLUMN_PX);
  for (let row = 0; row * ROW_PX < height; row += 1) {
    const top = row * ROW_PX + (ROW_PX - BAND_PX) / 2;
    for (const [column, activity] of madeUpDay(row, columns).entries()) {
      const left = column * COLUMN_PX;
      context.globalAlpha = activity < 0 ? 0.35 : 0.05 + STRONGEST * activity;
      context.fillStyle = activity < 0 ? line : role.getPropertyValue("--cf-archive");
      if (activity >= 0) context.fillRect(left, top, COLUMN_PX, BAND_PX);
      else if (column % 2 === 0) context.fillRect(left, top, 1, BAND_PX);
    }
  }
  context.globalAlpha = 0.9;
  context.fillStyle = role.getPropertyValue("--cf-now");
  context.fillRect(nowAt, 0, 2, height);
}
