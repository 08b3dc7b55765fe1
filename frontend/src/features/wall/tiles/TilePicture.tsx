import { useEffect, useRef } from "react";
import classes from "./TilePicture.module.css";
import { useWall } from "./WallContext";

/**
 * The newest picture of a device, drawn as it arrives, past React: a wall has dozens of them a second.
 * A canvas, since it shows the last picture until the next one is decoded, and holds no address to give back.
 */
export function TilePicture({ device }: { device: string }) {
  const { store } = useWall();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("bitmaprenderer") ?? null;
    let isGone = false;
    let drawn: Blob | null = null;
    const draw = async () => {
      const picture = store.picture(device);
      if (picture === null || picture === drawn || context === null) return;
      drawn = picture;
      const bitmap = await createImageBitmap(picture).catch(() => null);
      if (bitmap === null) return; // a broken picture: the one before stays, and its age tells
      if (isGone || drawn !== picture) bitmap.close();
      else {
        const { canvas: target } = context;
        if (target.width !== bitmap.width || target.height !== bitmap.height) {
          target.width = bitmap.width;
          target.height = bitmap.height;
        }
        context.transferFromImageBitmap(bitmap);
      }
    };
    void draw();
    const stop = store.onPicture(device, () => void draw());
    return () => {
      isGone = true;
      stop();
    };
  }, [store, device]);
  return <canvas ref={canvas} className={classes.picture} aria-hidden data-testid="tile-picture" />;
}
