import { Checkbox } from "@mantine/core";
import { useRef } from "react";
import { Link } from "react-router";
import { SortHead } from "@/components/list/SortHead";
import table from "@/components/list/Table.module.css";
import { CameraMark } from "@/components/StateMark";
import { Time } from "@/components/Time";
import { deviceOf, latencyText, recordedBy, sentenceOf, stateOf } from "@/features/cameras/cameraFacts";
import type { Camera } from "@/features/cameras/cameraTypes";
import { cameraPath } from "@/lib/cameraAddress";
import { playerPath } from "@/lib/deviceAddress";
import { useMay } from "@/lib/session";
import { CameraMenu, type CameraMenuAction } from "./CameraMenu";
import classes from "./CamerasTable.module.css";
import { nextSort, type Sort, type SortKey } from "./listed";
import { between, chosenOf, type Selection, withChosen } from "./selection";

interface CamerasTableProps {
  cameras: readonly Camera[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** Of the list before, while the next one is fetched. */
  isOld: boolean;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  onAct: (action: CameraMenuAction, camera: Camera) => void;
}

/** Cameras as a table; on phones each is a card. */
export function CamerasTable({
  cameras,
  sort,
  onSort,
  isOld,
  selection,
  onSelect,
  onAct,
}: CamerasTableProps) {
  const mayWrite = useMay("cameras:write");
  const lastPressed = useRef<string | null>(null);
  const head = (key: SortKey, label: string) => (
    <SortHead column={key} label={label} sort={sort} onSort={() => onSort(nextSort(sort, key))} />
  );
  const choose = (camera: Camera, isChosen: boolean, withShift: boolean) => {
    const from = withShift ? lastPressed.current : null;
    lastPressed.current = camera.id;
    onSelect(withChosen(selection, from === null ? [camera] : between(cameras, from, camera.id), isChosen));
  };
  const chosen = chosenOf(selection, cameras);
  return (
    <table className={`${table.table} ${classes.table}`} data-old={isOld} data-choosing={mayWrite}>
      <thead>
        <tr>
          {mayWrite && (
            <th scope="col" className={classes.choice} data-kept>
              <Checkbox
                size="xs"
                aria-label="Choose all on this page"
                checked={chosen === "all"}
                indeterminate={chosen === "some"}
                onChange={() => onSelect(withChosen(selection, cameras, chosen !== "all"))}
              />
            </th>
          )}
          {head("status", "State")}
          {head("name", "Camera")}
          {head("group", "Group")}
          {head("host", "Recorded by")}
          <th scope="col" className={classes.address}>
            Address
          </th>
          {head("last_connected", "Last answered")}
          <th scope="col" className={table.number}>
            Latency
          </th>
          {mayWrite && (
            <th scope="col">
              <span className={table.unseen}>Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {cameras.map((camera) => (
          <tr key={camera.id} data-chosen={selection.has(camera.id)}>
            {mayWrite && (
              <td className={classes.choice}>
                <Checkbox
                  size="xs"
                  aria-label={`Choose ${camera.name}`}
                  checked={selection.has(camera.id)}
                  onChange={(event) =>
                    choose(
                      camera,
                      event.currentTarget.checked,
                      event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey,
                    )
                  }
                />
              </td>
            )}
            <td className={classes.state} title={sentenceOf(camera)}>
              <CameraMark state={stateOf(camera)} />
            </td>
            <th scope="row" className={classes.name}>
              <Link to={cameraPath(camera)}>{camera.name}</Link>
              {camera.location !== null && <span className={table.quiet}>{camera.location}</span>}
            </th>
            <td data-label="Group">{camera.group ?? <span className={table.quiet}>None</span>}</td>
            <td data-label="Recorded by">
              <Recorder camera={camera} />
            </td>
            <td className={classes.address} title={camera.rtsp_url}>
              <span>{camera.rtsp_url}</span>
            </td>
            <td className={classes.time} data-label="Last answered">
              {camera.last_connected === null ? (
                <span className={table.quiet}>Never</span>
              ) : (
                <Time at={camera.last_connected} withDay />
              )}
            </td>
            <td className={table.number} {...(camera.latency_ms !== null && { "data-label": "Latency" })}>
              {camera.latency_ms !== null && latencyText(camera.latency_ms)}
            </td>
            {mayWrite && (
              <td className={table.actions}>
                <CameraMenu camera={camera} onAct={(action) => onAct(action, camera)} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Recorder({ camera }: { camera: Camera }) {
  const mayWatch = useMay("archive:read");
  const device = deviceOf(camera);
  if (camera.host === null) return <span className={table.quiet}>{recordedBy(camera)}</span>;
  return device === null || !mayWatch ? (
    recordedBy(camera)
  ) : (
    <Link
      to={playerPath(device)}
      className={classes.device}
      aria-label={`${recordedBy(camera)}: play ${camera.name}`}
    >
      {recordedBy(camera)}
    </Link>
  );
}
