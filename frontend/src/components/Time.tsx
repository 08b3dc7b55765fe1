import { clock, dayAndClock, utcText } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";

/** A time in the chosen zone, with UTC on hover. `at`: ms since 1970, or ISO 8601. */
export function Time({ at, withDay = false }: { at: number | string; withDay?: boolean }) {
  const { zone } = useZone();
  const ms = typeof at === "number" ? at : Date.parse(at);
  return (
    <time dateTime={new Date(ms).toISOString()} title={utcText(ms)} className="tabular">
      {withDay ? dayAndClock(ms, zone) : clock(ms, zone)}
    </time>
  );
}
