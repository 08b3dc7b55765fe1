import { Link } from "react-router";
import table from "@/components/list/Table.module.css";
import { Time } from "@/components/Time";
import { duration } from "@/lib/format";
import classes from "./CaptionedTable.module.css";
import { cameraCaptionsPath, eventsPath } from "./captionAddress";
import type { CaptionedCamera } from "./captionTypes";

/** Cameras with what is cached and stored of them; on phones each is a card. `isOld`: of the list before. */
export function CaptionedTable({ cameras, isOld }: { cameras: readonly CaptionedCamera[]; isOld: boolean }) {
  return (
    <table className={`${table.table} ${classes.cameras}`} data-old={isOld}>
      <thead>
        <tr>
          <th scope="col">Camera</th>
          <th scope="col" className={table.number}>
            Cached
          </th>
          <th scope="col" className={table.number}>
            Due
          </th>
          <th scope="col">Oldest is due</th>
          <th scope="col" className={classes.newest}>
            Newest caption
          </th>
          <th scope="col" className={table.number}>
            Events
          </th>
          <th scope="col">Rules</th>
        </tr>
      </thead>
      <tbody>
        {cameras.map((camera) => (
          <tr key={camera.camera_id}>
            <th scope="row" className={classes.name}>
              <Link to={cameraCaptionsPath(camera.camera_id)}>{camera.camera}</Link>
              {camera.camera !== camera.camera_id && <span className={table.quiet}>{camera.camera_id}</span>}
            </th>
            <td className={table.number} data-label="Cached">
              {camera.cached === 0 ? (
                <span className={table.quiet}>0</span>
              ) : (
                camera.cached.toLocaleString("en-GB")
              )}
            </td>
            <td className={table.number} data-label="Due" data-none={camera.due === 0}>
              {camera.due === 0 ? <None /> : camera.due.toLocaleString("en-GB")}
            </td>
            <td className={classes.time} data-label="Oldest is due" data-none={camera.due === 0}>
              {camera.due === 0 ? <None /> : `since ${duration(camera.oldest_due_seconds * 1000)}`}
            </td>
            <td className={classes.newest} data-label="Newest" data-none={camera.newest === null}>
              {camera.newest === null ? (
                <None />
              ) : (
                <>
                  <span className={classes.text} title={camera.newest.text}>
                    {camera.newest.text}
                  </span>
                  <span className={table.quiet}>
                    <Time at={camera.newest.captured_at} withDay />
                  </span>
                </>
              )}
            </td>
            <td className={table.number} data-label="Events">
              <Events camera={camera} />
            </td>
            <td data-label="Rules" data-none={!camera.has_rules}>
              {camera.has_rules ? "Its own" : <span className={table.quiet}>As for all</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Events({ camera }: { camera: CaptionedCamera }) {
  if (camera.events === null) return <span className={table.quiet}>Not known now</span>;
  if (camera.events === 0) return <span className={table.quiet}>0</span>;
  const number = camera.events.toLocaleString("en-GB");
  return (
    <Link to={eventsPath(camera.camera_id)} aria-label={`${number} events of ${camera.camera}`}>
      {number}
    </Link>
  );
}

function None() {
  return <span className={table.quiet}>–</span>;
}
