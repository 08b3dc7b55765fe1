import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { DeviceName } from "@/lib/deviceAddress";
import { HOUR_MS, MINUTE_MS, type Period } from "./period";
import type { MosaicGrid } from "./pictures";
import { hostHoursQuery, previousOf } from "./queries";
import { imageQuery } from "./useBlobUrl";

/** A device's mosaics by their hour, "2026-11-21T14", as far as they are there. */
export interface Mosaics {
  grid: MosaicGrid | null;
  images: ReadonlyMap<string, ImageBitmap>;
  isWaiting: boolean;
  error: unknown;
}

const NO_IMAGES: ReadonlyMap<string, ImageBitmap> = new Map();
const LIST_EVERY_MS = 5 * MINUTE_MS;
const FAILED_AGAIN_MS = 30_000;

/** The mosaics of a period's hours, from the device's host. `isWanted`: false asks for nothing. */
export function useMosaics(name: DeviceName, period: Period, isWanted: boolean): Mosaics {
  const hours = useQuery({
    ...hostHoursQuery(name, period.fromMs, period.toMs),
    enabled: isWanted,
    refetchInterval: LIST_EVERY_MS,
    placeholderData: previousOf("heatmap", "hours", name.host, name.device),
  });
  const listed = (isWanted && hours.data?.mosaics) || [];
  const found = useQueries({
    queries: listed.map(({ url, sealed }) => ({
      ...imageQuery(url, sealed ? HOUR_MS : MINUTE_MS),
      refetchInterval: ({ state }: { state: { status: string } }) =>
        state.status === "error" ? FAILED_AGAIN_MS : !sealed && MINUTE_MS,
    })),
    combine: (answers) => ({
      blobs: answers.map((one) => one.data),
      isWaiting: answers.some((one) => one.isPending),
      error: answers.find((one) => one.data === undefined && one.isError)?.error ?? null,
    }),
  });
  const images = useBitmaps(
    listed.map(({ hour }) => hour),
    found.blobs,
  );
  return {
    grid: hours.data ?? null,
    images,
    isWaiting: isWanted && (hours.isPending || hours.isPlaceholderData || found.isWaiting),
    error: hours.error ?? found.error,
  };
}

// Decoded once, and not again for those of which nothing new came.
function useBitmaps(hours: readonly string[], blobs: readonly (Blob | undefined)[]) {
  const decoded = useMemo(() => new WeakMap<Blob, ImageBitmap>(), []);
  const [images, setImages] = useState(NO_IMAGES);
  const key = hours.join(" ");
  useEffect(() => {
    let isOver = false;
    const names = key.split(" ");
    const all = blobs.map(async (blob, index) => {
      const name = names[index];
      if (blob === undefined || name === undefined) return null;
      const image = decoded.get(blob) ?? (await createImageBitmap(blob).catch(() => null));
      if (image !== null) decoded.set(blob, image);
      return image === null ? null : ([name, image] as const);
    });
    void Promise.all(all).then((pairs) => {
      if (!isOver) setImages(new Map(pairs.filter((pair) => pair !== null)));
    });
    return () => {
      isOver = true;
    };
  }, [key, blobs, decoded]);
  return images;
}
