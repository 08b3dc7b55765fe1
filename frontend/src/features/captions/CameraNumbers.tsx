import type { ReactNode } from "react";
import { Link } from "react-router";
import { Ago } from "@/components/Ago";
import { Time } from "@/components/Time";
import { count, duration } from "@/lib/format";
import classes from "./CameraNumbers.module.css";
import { eventsPath } from "./captionAddress";
import type { CaptionedCamera } from "./captionTypes";

/** What is known of a camera's captions. */
export function CameraNumbers({ camera }: { camera: CaptionedCamera }) {
  const { newest } = camera;
  return (
    <dl className={classes.numbers}>
      <Fact name="Cached">{count(camera.cached, "caption")}</Fact>
      <Fact name="Due">
        {camera.due === 0
          ? "None"
          : `${camera.due.toLocaleString("en-GB")}, the oldest since ${duration(camera.oldest_due_seconds * 1000)}`}
      </Fact>
      <Fact name="Events">
        {camera.events === null ? (
          "Not known: the graph does not answer"
        ) : camera.events === 0 ? (
          "None yet"
        ) : (
          <Link to={eventsPath(camera.camera_id)}>{count(camera.events, "event")}</Link>
        )}
      </Fact>
      <Fact name="Rules">{camera.has_rules ? "Its own" : "Those of the settings"}</Fact>
      <Fact name="Newest caption">
        {newest === null ? (
          "None is cached"
        ) : (
          <>
            <span>{newest.text}</span>{" "}
            <span className={classes.quiet}>
              <Time at={newest.captured_at} withDay /> (<Ago at={newest.captured_at} />)
            </span>
          </>
        )}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
