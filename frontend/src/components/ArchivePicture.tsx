import { useDebouncedValue, useInViewport } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { ApiError } from "@/api/errors";
import { pictureQuery } from "@/api/pictures";
import { useObjectUrl } from "@/lib/useObjectUrl";
import { whyNoPicture } from "@/lib/whyNoPicture";
import classes from "./ArchivePicture.module.css";

const HOUR_MS = 3_600_000;
// What is only scrolled past is not fetched.
const STAYS_MS = 150;

/**
 * A picture of the archive, fetched when it is in sight; where there is none it says why. `path`: its address;
 * null: there is none. It has no text of its own: what it shows is said beside it.
 */
export function ArchivePicture({ path, className }: { path: string | null; className?: string | undefined }) {
  const { ref, inViewport } = useInViewport<HTMLSpanElement>();
  const [stays] = useDebouncedValue(inViewport, STAYS_MS);
  const picture = useQuery(pictureQuery(inViewport && stays ? path : null, HOUR_MS));
  const url = useObjectUrl(picture.data);
  const error = picture.error instanceof ApiError ? picture.error : null;
  const why = path === null || error !== null ? whyNoPicture(error) : null;
  return (
    <span
      ref={ref}
      className={`${classes.place} ${why === null ? "" : classes.missing} ${className ?? ""}`}
      title={error?.message}
      data-picture={why !== null ? "missing" : url !== null ? "shown" : "waiting"}
    >
      {url !== null && <img src={url} alt="" decoding="async" />}
      {why !== null && <span className={classes.words}>{why}</span>}
    </span>
  );
}
