import { serverNow } from "@/api/serverClock";
import { clock, dayAndClock, utcText } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";

/** A time in the chosen zone, with UTC on hover; its day with the year where that is another. `at`: ms since 1970, or ISO 8601. */
export function Time({ at, withDay = false }: { at: number | string; withDay?: boolean }) {
  const { zone } = useZone();
  const ms = typeof at === "number" ? at : Date.parse(at);
  return (
    <time dateTime={new Date(ms).toISOString()} title={utcText(ms)} className="tabular">
      {withDay ? dayAndClock(ms, zone, serverNow()) : clock(ms, zone)}
    </time>
  );
}
