import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { asksAgain, eventsFrom } from "@/api/events";
import { Marked } from "@/components/Marked";
import { isoTime } from "@/lib/format";
import classes from "./MinuteCard.module.css";
import { MINUTE_MS } from "./period";

const LINGERS_MS = 150;

/** What was found in a minute, in its own words. Its place is there before them, so that nothing jumps. */
export function FoundCaption({ text, cameraId, atMs }: { text: string; cameraId: string; atMs: number }) {
  const [lingered] = useDebouncedValue(atMs, LINGERS_MS);
  const found = useQuery({
    queryKey: ["heatmap", "caption", cameraId, text, atMs],
    queryFn: ({ signal }) =>
      eventsFrom(
        {
          text,
          camera: cameraId,
          from: isoTime(atMs),
          to: isoTime(atMs + MINUTE_MS),
          sort: "oldest",
          limit: 1,
        },
        signal,
      ),
    enabled: lingered === atMs,
    staleTime: MINUTE_MS,
    retry: asksAgain,
  });
  const event = found.data?.events[0];
  const pieces = event?.snippet.some(({ hit }) => hit)
    ? event.snippet
    : [{ text: event?.caption ?? "", hit: false }];
  return (
    <p className={classes.found}>
      <Marked pieces={pieces} />
    </p>
  );
}
