import { ActionIcon } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { memo } from "react";
import { Link } from "react-router";
import type { CaptionEvent } from "@/api/events";
import { ArchivePicture } from "@/components/ArchivePicture";
import { Marked } from "@/components/Marked";
import { Time } from "@/components/Time";
import { count, duration } from "@/lib/format";
import classes from "./EventCard.module.css";

/** One event: its picture, when, how long, what was said, and where. A click plays it. */
export const EventCard = memo(function EventCard({
  event,
  withDay,
  detailsPath,
}: {
  event: CaptionEvent;
  /** Whether its day is said too. */
  withDay: boolean;
  /** Where its details are shown. */
  detailsPath: string;
}) {
  const { camera, snippet, device, frame_count, brief, duration_seconds } = event;
  return (
    <li className={classes.card}>
      <ArchivePicture path={event.picture_url} className={classes.picture} />
      <div className={classes.words}>
        <p className={classes.head}>
          <Time at={event.start_time} withDay={withDay} />
          <span className={classes.long}>
            {duration_seconds === 0 ? "a moment" : duration(duration_seconds * 1000)}
          </span>
        </p>
        <p className={classes.caption}>
          {/* The link covers the card; what it is called is the caption alone. */}
          <Link
            className={classes.link ?? ""}
            to={event.player_url ?? detailsPath}
            data-event={event.event_id}
            data-details={detailsPath}
          >
            {snippet.some(({ hit }) => hit) ? <Marked pieces={snippet} /> : event.caption}
          </Link>
        </p>
        <p className={classes.foot}>
          <span className={classes.camera}>
            {camera}
            {device !== null && (
              <span className={classes.host}> · {device.slice(0, device.indexOf("/"))}</span>
            )}
          </span>
          <span
            className={classes.frames}
            title={brief ? "Shorter than events of this camera usually are" : undefined}
          >
            {brief && "brief · "}
            {count(frame_count, "frame")}
          </span>
          <ActionIcon
            component={Link}
            to={detailsPath}
            className={classes.details ?? ""}
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={`Details: ${event.caption}`}
            title="Details"
          >
            <IconInfoCircle size={16} stroke={1.75} aria-hidden />
          </ActionIcon>
        </p>
      </div>
    </li>
  );
});
