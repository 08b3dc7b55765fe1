import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ArchivePicture } from "@/components/ArchivePicture";
import { Time } from "@/components/Time";
import { similarQuery } from "./eventQueries";
import classes from "./SimilarEvents.module.css";

/** The few events that are most like one; nothing where there are none. */
export function SimilarEvents({ id, pathOf }: { id: string; pathOf: (eventId: string) => string }) {
  const similar = useQuery(similarQuery(id));
  if (similar.data === undefined || similar.data.length === 0) return null;
  return (
    <section className={classes.similar} aria-label="Similar events">
      <h3>
        Similar events <Link to={`/events?${new URLSearchParams({ similar: id })}`}>All of them</Link>
      </h3>
      <ul>
        {similar.data.map((event) => (
          <li key={event.event_id}>
            <ArchivePicture path={event.picture_url} />
            <Link to={pathOf(event.event_id)} replace>
              {event.caption}
            </Link>
            <span>
              {event.camera} · <Time at={event.start_time} withDay />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
