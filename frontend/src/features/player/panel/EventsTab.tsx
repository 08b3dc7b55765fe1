import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { areCaptionsOff } from "@/api/events";
import { SearchField } from "@/components/list/SearchField";
import { Empty, Loading } from "@/components/PageState";
import { Time } from "@/components/Time";
import type { DeviceName } from "@/lib/deviceAddress";
import { problemOf } from "@/lib/problem";
import { useZone } from "@/lib/ZoneContext";
import { captionEvents } from "../archive/captions";
import { hasPicture } from "../archive/minutes";
import { foundCaptionsQuery } from "../archive/queries";
import { useArchive } from "../archive/useArchive";
import { useCaptionCamera } from "../archive/useCaptions";
import type { Playback } from "../playback/playback";
import { EventItem } from "./EventItem";
import classes from "./EventsTab.module.css";
import { foundText } from "./foundText";
import { firstsOfDay, shownEvents } from "./shownEvents";

const LEFT_ALONE_MS = 15_000;

/** What happened around the play head, with pictures; a click goes there. */
export function EventsTab({
  name,
  playback,
  nowMs,
}: {
  name: DeviceName;
  playback: Playback;
  nowMs: number;
}) {
  const [onlyIncidents, setOnlyIncidents] = useState(false);
  const headMs = playback.seekingToMs ?? playback.timeMs;
  const archive = useArchive(name, null, headMs);
  const camera = useCaptionCamera(name);
  const [text, setText] = useState("");
  const found = useQuery(foundCaptionsQuery(name, camera, text));
  const isSearching = text !== "";
  const listed = useMemo(
    () => (isSearching ? captionEvents([found.data?.events ?? []]) : archive.events),
    [isSearching, found.data, archive.events],
  );
  // The list changes with the second, not with every frame.
  const atMs = Math.floor((headMs ?? nowMs) / 1000) * 1000 + 999;
  const { before, after, current } = useMemo(
    () => shownEvents(listed, atMs, onlyIncidents && !isSearching),
    [listed, atMs, onlyIncidents, isSearching],
  );
  const { zone } = useZone();
  const newDays = useMemo(() => firstsOfDay([...before, ...after], atMs, zone), [before, after, atMs, zone]);
  const here = useRef<HTMLLIElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const touchedAt = useRef(Number.NEGATIVE_INFINITY);
  const touched = () => {
    touchedAt.current = performance.now();
  };
  // What the place of the play head in the list hangs on.
  const place = `${before.length} ${before[0]?.from} ${before.at(-1)?.from} ${after.length}`;
  useEffect(() => {
    const scrolled = list.current;
    if (place === "" || scrolled === null || here.current === null) return;
    // Whoever reads or chooses in the list keeps their place.
    if (scrolled.matches(":hover") || performance.now() - touchedAt.current < LEFT_ALONE_MS) return;
    scrolled.scrollTop = here.current.offsetTop - scrolled.clientHeight / 2;
  }, [place]);

  const isLive = playback.mode === "live";
  const minuteMs = Math.floor(nowMs / 60_000) * 60_000;
  const item = (event: (typeof before)[number]) => (
    <EventItem
      key={event.eventId ?? `${event.kind} ${event.from}`}
      name={name}
      event={event}
      nowMs={minuteMs}
      isCurrent={event === current}
      hasTile={event.kind !== "caption" || hasPicture(archive.minutes, event.atMs)}
      withDay={newDays.has(event)}
      onSeek={playback.seek}
    />
  );
  return (
    <div className={classes.events}>
      <div className={classes.filter}>
        {camera !== null && !areCaptionsOff(archive.captions.error) && (
          <SearchField
            className={classes.search}
            label="Search captions of this camera"
            placeholder="Search captions"
            text={text}
            onSearch={setText}
          />
        )}
        <Button
          size="compact-sm"
          variant={onlyIncidents && !isSearching ? "light" : "default"}
          aria-pressed={onlyIncidents && !isSearching}
          disabled={isSearching}
          onClick={() => setOnlyIncidents((was) => !was)}
          title="Only gaps, black picture and freeze"
        >
          Incidents
        </Button>
      </div>
      <p className={classes.notice} role="status">
        {isSearching
          ? found.isError
            ? `Captions are not searched. ${problemOf(found.error)}`
            : foundText(found.data?.events.length, found.data?.next_cursor != null)
          : archive.captions.error !== null && !areCaptionsOff(archive.captions.error)
            ? `Captions are not shown now. ${problemOf(archive.captions.error)}`
            : archive.captions.isCut
              ? "There are more captions than can be shown: the earliest of a day are left out. Search finds all."
              : ""}
      </p>
      {before.length + after.length === 0 && isSearching ? (
        found.isPending && <Loading what="what was found" />
      ) : before.length + after.length === 0 ? (
        archive.minutes.length === 0 && archive.waiting.length > 0 ? (
          <Loading what={`${name.host}'s events`} />
        ) : (
          <Empty title={onlyIncidents ? "No incidents around here" : "Nothing happened around here"}>
            {onlyIncidents
              ? "Neither a gap nor a black or frozen picture is known around the play head."
              : "No motion that stands out, no gap, and no black or frozen picture around the play head."}
          </Empty>
        )
      ) : (
        <ol className={classes.list} ref={list} onTouchMove={touched} onWheel={touched} onKeyDown={touched}>
          {before.map(item)}
          <li className={classes.here} data-live={isLive || undefined} ref={here}>
            <Time at={headMs ?? nowMs} />
          </li>
          {after.map(item)}
        </ol>
      )}
    </div>
  );
}
