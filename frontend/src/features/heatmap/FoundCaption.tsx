import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { asksAgain, eventsFrom } from "@/api/events";
import { Marked } from "@/components/Marked";
import { isoTime } from "@/lib/format";
import classes from "./MinuteCard.module.css";
import { MINUTE_MS } from "./period";

// What was searched for is waited for; else every minute that one passes would be asked for.
const LINGERS_MS = 150;
const STAYS_MS = 400;

/**
 * What was seen in a minute, in its own words. Its place is there before them, so that nothing jumps. `text`: what was
 * searched for, empty: nothing. `host`: whose events alone; a camera may have been another host's before.
 */
export function FoundCaption({
  text,
  cameraId,
  host,
  atMs,
}: {
  text: string;
  cameraId: string;
  host?: string;
  atMs: number;
}) {
  const minute = `${cameraId} ${atMs}`;
  const [lingered] = useDebouncedValue(minute, text === "" ? STAYS_MS : LINGERS_MS);
  const found = useQuery({
    queryKey: ["heatmap", "caption", cameraId, host ?? "", text, atMs],
    queryFn: ({ signal }) =>
      eventsFrom(
        {
          ...(text !== "" && { text }),
          camera: cameraId,
          ...(host !== undefined && { host }),
          from: isoTime(atMs),
          to: isoTime(atMs + MINUTE_MS),
          sort: "oldest",
          limit: 1,
        },
        signal,
      ),
    enabled: lingered === minute,
    staleTime: MINUTE_MS,
    retry: asksAgain,
  });
  const event = found.data?.events[0];
  const pieces = event?.snippet.some(({ hit }) => hit)
    ? event.snippet
    : [{ text: event?.caption ?? "", hit: false }];
  const hasNone = found.data !== undefined && event === undefined && text === "";
  return (
    <p className={classes.found}>
      {hasNone ? <span className={classes.none}>No event in this minute</span> : <Marked pieces={pieces} />}
    </p>
  );
}
