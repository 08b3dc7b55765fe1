import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { mosaicImage, onMosaicImage } from "./mosaicImages";
import { MOSAIC, type MosaicTile } from "./mosaicTiles";
import classes from "./TilePicture.module.css";

/**
 * A minute's picture out of its hour's mosaic. While the hour's picture is fetched, the place stays empty.
 * `instead`: what is said where there is none; `tile` is null where that is known before.
 */
export function TilePicture({
  tile,
  instead,
  className,
}: {
  tile: MosaicTile | null;
  instead: string;
  className?: string | undefined;
}) {
  return (
    <span className={`${classes.place} ${className ?? ""}`}>
      {tile === null ? <span className={classes.instead}>{instead}</span> : <Tile {...{ tile, instead }} />}
    </span>
  );
}

function Tile({ tile, instead }: { tile: MosaicTile; instead: string }) {
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
    <>
      <canvas
        ref={canvas}
        width={MOSAIC.tileWidth}
        height={MOSAIC.tileHeight}
        data-state={state}
        aria-hidden
      />
      {state === "failed" && <span className={classes.instead}>{instead}</span>}
    </>
  );
}
