import { Button } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { areCaptionsOff, type CaptionEvent, type HotCaption } from "@/api/events";
import { serverNow } from "@/api/serverClock";
import { NotRenewed } from "@/components/NotRenewed";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Loading } from "@/components/PageState";
import { useShortcuts } from "@/components/shortcuts/useShortcuts";
import { count } from "@/lib/format";
import { useMay } from "@/lib/session";
import { useCaptionsUse } from "@/lib/useCaptionsUse";
import { useZone } from "@/lib/ZoneContext";
import { EventDrawer } from "./EventDrawer";
import { cardsIn, EventGrid, focusedDetails } from "./EventGrid";
import classes from "./EventsPage.module.css";
import { EventsToolbar } from "./EventsToolbar";
import { eventsQuery, recentQuery } from "./eventQueries";
import { MergeNow } from "./MergeNow";
import { NotAnswered } from "./NotAnswered";
import { NothingFound } from "./NothingFound";
import { RecentCaptions } from "./RecentCaptions";
import { SimilarTo } from "./SimilarTo";
import { type Changes, isFiltered, isSimilar, sortOf, wantedOf, withChanges } from "./wanted";

const NONE: readonly CaptionEvent[] = [];
const NO_CAPTIONS: readonly HotCaption[] = [];

/** Events out of captions: searched, with pictures; a click plays. */
export default function EventsPage() {
  const [address, setAddress] = useSearchParams();
  const navigate = useNavigate();
  const { zone } = useZone();
  const mayMerge = useMay("captions:write");
  const field = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  // Parameters that choose nothing must not move the ends of "the last hour".
  const filters = withChanges(address, { event: null, recent: null }).toString();
  const wanted = useMemo(() => wantedOf(new URLSearchParams(filters), serverNow(), zone), [filters, zone]);
  const use = useCaptionsUse();
  const found = useInfiniteQuery({ ...eventsQuery(wanted), enabled: use.isOn });
  const recent = useQuery({ ...recentQuery(wanted), enabled: use.isOn && !isSimilar(address) });
  const events = useMemo(() => found.data?.pages.flatMap((page) => page.events) ?? NONE, [found.data]);
  const set = useCallback(
    (changes: Changes) => setAddress((was) => withChanges(was, changes), { replace: true }),
    [setAddress],
  );
  const detailsPath = useCallback(
    (eventId: string) => `/events?${withChanges(new URLSearchParams(filters), { event: eventId })}`,
    [filters],
  );
  const pathOfCard = useCallback((event: CaptionEvent) => detailsPath(event.event_id), [detailsPath]);
  useShortcuts("Events", [
    {
      keys: "/",
      label: "Search captions",
      action: () => field.current?.select(),
      once: true,
    },
    {
      keys: ["ArrowDown", "ArrowRight"],
      label: "To the events",
      action: () => cardsIn(grid.current)[0]?.focus(),
    },
    {
      keys: "I",
      label: "All of the event that has the focus",
      action: () => {
        const path = focusedDetails(grid.current);
        if (path !== null) void navigate(path);
      },
    },
  ]);
  const captions = recent.data ?? NO_CAPTIONS;
  const narrowed = isFiltered(address);
  const isOff = use.isOff || areCaptionsOff(found.error);
  const isEmpty = found.data !== undefined && events.length === 0;
  // Whoever has no events yet is shown what there is.
  const opened = address.get("recent");
  const showsRecent = opened === null ? isEmpty || (found.isError && events.length === 0) : opened === "1";
  return (
    <div className={classes.page}>
      <PageHeading
        title="Events"
        detail={
          found.data === undefined || isEmpty
            ? undefined
            : `${count(events.length, "event")}${found.hasNextPage ? ", and more" : ""}`
        }
      />
      <EventsToolbar address={address} set={set} field={field} />
      {isSimilar(address) && <SimilarTo id={address.get("similar") ?? ""} set={set} pathOf={detailsPath} />}
      {!isOff && (
        <RecentCaptions
          captions={isSimilar(address) ? [] : captions}
          isNarrowed={narrowed}
          isOpen={showsRecent}
          onOpen={(isOpen) => set({ recent: isOpen ? "1" : "0" })}
        >
          {mayMerge && <MergeNow camera={address.get("camera") ?? ""} />}
        </RecentCaptions>
      )}
      {use.isOff ? (
        <Empty title="Captions are off">
          <p>{offWords(use.problem)}</p>
          <p>Recording, live pictures, the archive and everything else do not need them.</p>
        </Empty>
      ) : found.data === undefined ? (
        found.isError ? (
          <NotAnswered error={found.error} address={address} set={set} retry={() => void found.refetch()} />
        ) : (
          <Loading what="the events" />
        )
      ) : (
        <>
          <NotRenewed query={found} />
          {isEmpty ? (
            <NothingFound
              address={address}
              hasRecent={captions.length > 0}
              isKnown={!recent.isPending}
              set={set}
            />
          ) : (
            <>
              <EventGrid
                ref={grid}
                events={events}
                isByTime={sortOf(address) !== "best"}
                isOld={found.isPlaceholderData}
                detailsPath={pathOfCard}
              />
              {found.hasNextPage && (
                <More isFetching={found.isFetchingNextPage} fetch={() => void found.fetchNextPage()} />
              )}
            </>
          )}
        </>
      )}
      <EventDrawer
        id={address.get("event") || null}
        pathOf={detailsPath}
        onClose={() => set({ event: null })}
      />
    </div>
  );
}

// The heading says the first sentence.
function offWords(problem: string | null): string {
  return (problem ?? "").replace(/^Captions are off\. /, "");
}

/** The next part of the list, when its end comes into sight or with a press. */
function More({ isFetching, fetch }: { isFetching: boolean; fetch: () => void }) {
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  useEffect(() => {
    if (inViewport && !isFetching) fetch();
  }, [inViewport, isFetching, fetch]);
  return (
    <div className={classes.more} ref={ref}>
      <Button variant="default" loading={isFetching} onClick={fetch}>
        Show more
      </Button>
    </div>
  );
}
