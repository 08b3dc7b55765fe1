import { CloseButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { Time } from "@/components/Time";
import { eventQuery } from "./eventQueries";
import classes from "./SimilarTo.module.css";
import type { Changes } from "./wanted";

/** Which event the ones that are shown are like. */
export function SimilarTo({
  id,
  pathOf,
  set,
}: {
  id: string;
  pathOf: (eventId: string) => string;
  set: (changes: Changes) => void;
}) {
  const event = useQuery(eventQuery(id));
  return (
    <p className={classes.similar}>
      <span>
        Like <Link to={pathOf(id)}>{event.data === undefined ? id : `“${event.data.caption}”`}</Link>
        {event.data !== undefined && (
          <>
            {" "}
            of {event.data.camera}, <Time at={event.data.start_time} withDay />
          </>
        )}
      </span>
      <CloseButton size="sm" aria-label="Show all events" onClick={() => set({ similar: null })} />
    </p>
  );
}
