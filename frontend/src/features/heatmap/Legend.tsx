import { useEffect, useRef } from "react";
import { cssColour } from "./heatScale";
import classes from "./Legend.module.css";
import { type Palette, paintSample } from "./paint";
import { missingWords, type Row } from "./rows";
import { usePalette } from "./usePalette";

/** What the colours and textures mean, and how much of the rows' time is missing. */
export function Legend({ rows, notice }: { rows: readonly Row[]; notice: string | null }) {
  const palette = usePalette();
  return (
    <footer className={classes.legend}>
      {palette !== null && (
        <>
          <span
            className={classes.key}
            title="Activity: how much of the picture moved, on a scale that shows little movement too"
          >
            Quiet
            <span className={classes.scale} style={{ background: gradient(palette) }} />
            Busy
          </span>
          <Sample palette={palette} of="black" name="Black screen" />
          <Sample palette={palette} of="frozen" name="Frozen" />
          <Sample
            palette={palette}
            of="missing"
            name="Missing"
            title="No footage. A mark at the foot of a minute: seconds of it are missing"
          />
          <span className={classes.key}>
            <span className={classes.unknown} />
            Not reported
          </span>
        </>
      )}
      <span className={classes.totals} role="status">
        {notice ?? (rows.some((row) => row.knownMinutes > 0) && missingWords(rows))}
      </span>
    </footer>
  );
}

function gradient(palette: Palette): string {
  const stops = palette.scale.filter((_, index) => index % 16 === 0 && index < 255);
  return `linear-gradient(90deg, ${stops.map(cssColour).join(", ")})`;
}

function Sample({
  palette,
  of,
  name,
  title,
}: {
  palette: Palette;
  of: keyof Palette["textures"];
  name: string;
  title?: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    element.width = Math.round(24 * devicePixelRatio);
    element.height = Math.round(14 * devicePixelRatio);
    paintSample(element, palette.textures[of]);
  }, [palette, of]);
  return (
    <span className={classes.key} title={title}>
      <canvas ref={canvas} className={classes.sample} aria-hidden />
      {name}
    </span>
  );
}
