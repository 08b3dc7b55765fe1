import table from "@/components/list/Table.module.css";
import { Time } from "@/components/Time";
import { count, duration, isoDay } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import type { PreviewEvent } from "./captionTypes";
import classes from "./PreviewTable.module.css";

/** Events that captions would become, in order of time; on phones each is a card. */
export function PreviewTable({ events }: { events: readonly PreviewEvent[] }) {
  const { zone } = useZone();
  const dayOf = (at: string | undefined) => at && isoDay(Date.parse(at), zone);
  return (
    <table className={`${table.table} ${classes.events}`}>
      <thead>
        <tr>
          <th scope="col">From – to</th>
          <th scope="col" className={table.number}>
            Lasts
          </th>
          <th scope="col" className={table.number}>
            Captions
          </th>
          <th scope="col">Event</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event, number) => (
          <tr key={event.event_id}>
            <td className={classes.time}>
              <Time
                at={event.start_time}
                withDay={dayOf(event.start_time) !== dayOf(events[number - 1]?.start_time)}
              />
              {event.end_time !== event.start_time && (
                <>
                  {" – "}
                  <Time at={event.end_time} withDay={dayOf(event.end_time) !== dayOf(event.start_time)} />
                </>
              )}
            </td>
            <td className={table.number} data-label="Lasts">
              {duration(event.duration_seconds * 1000)}
            </td>
            <td className={table.number} data-label="Captions">
              {event.frame_count.toLocaleString("en-GB")}
            </td>
            <th scope="row" className={classes.event}>
              {event.caption}
              <Marks event={event} />
            </th>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Marks({ event }: { event: PreviewEvent }) {
  const others = event.variants.slice(1);
  return (
    <span className={classes.marks}>
      {event.brief && <span>Brief</span>}
      {event.extends && <span>Goes on from an event that is there</span>}
      {others.length > 0 && (
        <details>
          <summary>{count(others.length, "other wording")}</summary>
          <ul>
            {others.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </details>
      )}
    </span>
  );
}
