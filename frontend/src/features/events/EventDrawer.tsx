import { Button, type ButtonProps, Drawer } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight, IconLink, IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { EventDetails } from "@/api/events";
import { ArchivePicture } from "@/components/ArchivePicture";
import { copyText } from "@/components/copyText";
import { Failed, Loading } from "@/components/PageState";
import { Time } from "@/components/Time";
import { cameraPath } from "@/lib/cameraAddress";
import { playerPath, splitName } from "@/lib/deviceAddress";
import { count, duration, utcText } from "@/lib/format";
import { useMay } from "@/lib/session";
import classes from "./EventDrawer.module.css";
import { eventQuery } from "./eventQueries";
import { frameAddress } from "./frameAddress";
import { SimilarEvents } from "./SimilarEvents";

type Sections = Pick<ButtonProps, "leftSection" | "rightSection">;

/** All that is known of an event, at the window's edge. `id` null: closed. */
export function EventDrawer({
  id,
  pathOf,
  onClose,
}: {
  id: string | null;
  /** Where the details of another event are shown. */
  pathOf: (eventId: string) => string;
  onClose: () => void;
}) {
  // What is closing goes on showing what it showed.
  const [shown, setShown] = useState(id);
  if (id !== null && id !== shown) setShown(id);
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size="min(520px, 100%)"
      title="Event"
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ content: classes.content ?? "", header: classes.header ?? "" }}
    >
      {shown !== null && <OneEvent id={shown} pathOf={pathOf} />}
    </Drawer>
  );
}

function OneEvent({ id, pathOf }: { id: string; pathOf: (eventId: string) => string }) {
  const event = useQuery(eventQuery(id));
  if (event.data !== undefined && !(event.isPlaceholderData && event.isError)) {
    return <Facts event={event.data} isOld={event.isPlaceholderData} pathOf={pathOf} />;
  }
  return event.isError ? (
    <Failed error={event.error} retry={() => void event.refetch()} />
  ) : (
    <Loading what="the event" />
  );
}

function Facts({
  event,
  isOld,
  pathOf,
}: {
  event: EventDetails;
  isOld: boolean;
  pathOf: (eventId: string) => string;
}) {
  const navigate = useNavigate();
  const mayLook = useMay("archive:read");
  const mayCameras = useMay("cameras:read");
  const { device, player_url, previous, next } = event;
  const go = (to: EventDetails["next"]) => {
    if (to !== null) void navigate(pathOf(to.event_id), { replace: true });
  };
  useWindowEvent("keydown", (press) => {
    if (press.ctrlKey || press.metaKey || press.altKey || press.shiftKey) return;
    const to = press.key === "ArrowLeft" ? previous : press.key === "ArrowRight" ? next : null;
    if (to === null) return;
    press.preventDefault();
    go(to);
  });
  // The same button for every event, so that it keeps the focus.
  const neighbour = (to: EventDetails["next"], label: string, icon: Sections) => (
    <Button
      size="xs"
      variant="default"
      aria-disabled={to === null}
      {...(to === null ? { "data-disabled": true } : { title: to.caption })}
      onClick={() => go(to)}
      {...icon}
    >
      {label}
    </Button>
  );
  return (
    <div className={classes.event} data-old={isOld}>
      {player_url !== null && mayLook ? (
        <Link to={player_url} className={classes.picture ?? ""} aria-label="Play this moment">
          <ArchivePicture path={event.picture_url} />
        </Link>
      ) : (
        <ArchivePicture path={event.picture_url} className={classes.picture} />
      )}
      <p className={classes.caption}>{event.caption}</p>
      <div className={classes.ways}>
        {player_url !== null && mayLook && (
          <Button
            size="xs"
            component={Link}
            to={player_url}
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
          >
            Play
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconLink size={14} aria-hidden />}
          onClick={() =>
            void copyText(new URL(eventPath(event.event_id), location.href).href, "Link to this event copied")
          }
        >
          Copy link
        </Button>
        <span className={classes.spring} />
        {neighbour(previous, "Previous", { leftSection: <IconChevronLeft size={14} aria-hidden /> })}
        {neighbour(next, "Next", { rightSection: <IconChevronRight size={14} aria-hidden /> })}
      </div>
      <dl className={classes.facts}>
        <Fact name="Camera">
          {mayCameras ? (
            <Link to={cameraPath({ id: event.camera_id, external_id: event.camera_id })}>{event.camera}</Link>
          ) : (
            event.camera
          )}
          {event.group !== null && <span className={classes.quiet}>{event.group}</span>}
        </Fact>
        <Fact name="From">
          <Time at={event.start_time} withDay />
          <span className={classes.quiet}>{utcText(Date.parse(event.start_time))}</span>
        </Fact>
        <Fact name="To">
          <Time at={event.end_time} withDay />
          <span className={classes.quiet}>
            {event.duration_seconds === 0 ? "a moment" : duration(event.duration_seconds * 1000)}
            {event.brief && ", brief"}
          </span>
        </Fact>
        <Fact name="Made of">{count(event.frame_count, "frame")}</Fact>
        {event.model !== "" && <Fact name="Captions by">{event.model}</Fact>}
        {event.frame !== "" && (
          <Fact name="Its frame">
            <Frame frame={event.frame} />
          </Fact>
        )}
      </dl>
      <h3 className={classes.heading}>
        {event.variants.length === 1 ? "What was said, and when" : "All that was said, and when"}
      </h3>
      <ol className={classes.variants}>
        {event.variants.map(({ text, times }) => (
          <li key={text}>
            <p>{text}</p>
            <Times times={times} device={mayLook ? device : null} />
          </li>
        ))}
      </ol>
      {event.has_embedding && <SimilarEvents id={event.event_id} pathOf={pathOf} />}
    </div>
  );
}

/** Where its sender has the first frame: opened by a press alone, in another tab. */
function Frame({ frame }: { frame: string }) {
  const address = frameAddress(frame);
  return address === null ? (
    frame
  ) : (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {frame}
    </a>
  );
}

const FEW = 12;

function Times({ times, device }: { times: readonly string[]; device: string | null }) {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? times : times.slice(0, FEW);
  return (
    <p className={classes.times}>
      {shown.map((at) =>
        device === null ? (
          <Time key={at} at={at} />
        ) : (
          <Link key={at} to={playerPath(splitName(device), Date.parse(at))}>
            <Time at={at} />
          </Link>
        ),
      )}
      {shown.length < times.length && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {times.length - shown.length} more
        </Button>
      )}
    </p>
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

/** An address of the event that is short, and leads to its details. */
export function eventPath(eventId: string): string {
  return `/events/${encodeURIComponent(eventId)}`;
}
