import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { mosaicImage, onMosaicImage } from "./mosaicImages";
import { MOSAIC, type MosaicTile } from "./mosaicTiles";
import classes from "./TilePicture.module.css";

/**
 * A minute's picture out of its hour's mosaic. While the hour's picture is fetched, the place stays empty.
 * `instead`: what is shown where there is none.
 */
export function TilePicture({
  tile,
  instead,
  className,
}: {
  tile: MosaicTile;
  instead: string;
  className?: string | undefined;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [, setLoaded] = useState(0);
  const { url, x, y } = tile;
  const { image, state } = mosaicImage(tile);
  useEffect(() => onMosaicImage(url, () => setLoaded((count) => count + 1)), [url]);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === undefined || context === null) return;
    const { tileWidth, tileHeight } = MOSAIC;
    context.clearRect(0, 0, tileWidth, tileHeight);
    if (image !== null) context.drawImage(image, x, y, tileWidth, tileHeight, 0, 0, tileWidth, tileHeight);
  }, [image, x, y]);
  return (
    <span className={`${classes.place} ${className ?? ""}`}>
      <canvas ref={canvas} width={MOSAIC.tileWidth} height={MOSAIC.tileHeight} aria-hidden />
      {state === "failed" && <span className={classes.instead}>{instead}</span>}
    </span>
  );
}
