import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { ApiError } from "@/api/errors";
import { serverNow } from "@/api/serverClock";
import { framePath } from "@/lib/deviceAddress";
import classes from "./MinutePicture.module.css";
import { MosaicTile } from "./MosaicTile";
import { HOUR_MS, MINUTE_MS } from "./period";
import { mosaicHour, pictureTime, whyNoPicture } from "./pictures";
import { hourPicturesQuery, picturesSecondsQuery } from "./queries";
import type { Row } from "./rows";
import { merge } from "./series";
import { useBlobUrl } from "./useBlobUrl";

// Whoever sweeps over the rows asks for nothing; who lingers gets the mosaic's tile, then the picture itself.
const LINGERS_MS = 120;
const STAYS_MS = 300;

/** What a minute looked like, or why that is not shown. `minute` is the row's, at `atMs`. */
export function MinutePicture({ row, minute, atMs }: { row: Row; minute: number; atMs: number }) {
  const why = whyNoPicture(row, minute);
  const wanted = why === null ? `${row.name} ${atMs}` : null;
  const [lingered] = useDebouncedValue(wanted, LINGERS_MS);
  const [stayed] = useDebouncedValue(wanted, STAYS_MS);
  const isLingering = wanted !== null && lingered === wanted;
  const isStaying = wanted !== null && stayed === wanted;
  const hourMs = Math.floor(atMs / HOUR_MS) * HOUR_MS;
  const hour = useQuery({ ...hourPicturesQuery(row, hourMs), enabled: isLingering });
  const seconds = useQuery({ ...picturesSecondsQuery(row.name, hourMs, serverNow()), enabled: isLingering });
  const mosaic = hour.data?.mosaics.find((one) => one.hour === mosaicHour(hourMs));
  const tiles = useBlobUrl(
    isLingering ? (mosaic?.url ?? null) : null,
    mosaic?.sealed === true ? HOUR_MS : MINUTE_MS,
  );
  const found = seconds.data && merge([seconds.data], atMs, 1).get(row.name);
  const takenMs = found === undefined ? null : pictureTime(found.minutes.pictureSecond, 0, atMs);
  const picture = useBlobUrl(isStaying && takenMs !== null ? framePath(row, takenMs) : null, HOUR_MS);
  const problem = picture.error ?? hour.error;
  return (
    <div className={classes.frame}>
      {tiles.url !== null && hour.data !== undefined && (
        <MosaicTile url={tiles.url} grid={hour.data} atMs={atMs} className={classes.under} />
      )}
      {picture.url !== null && <img src={picture.url} alt="" className={classes.picture} />}
      {picture.url === null && tiles.url === null && (
        <span className={classes.words}>
          {why ??
            (problem !== null && problem !== undefined
              ? problemWords(problem)
              : noPictureWords(found, takenMs))}
        </span>
      )}
    </div>
  );
}

function problemWords(problem: unknown): string {
  return problem instanceof ApiError && problem.status === 404
    ? "No picture of this minute"
    : "Picture not reachable now";
}

function noPictureWords(found: object | undefined, takenMs: number | null): string {
  return found !== undefined && takenMs === null ? "No picture of this minute" : "";
}
