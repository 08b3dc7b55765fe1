import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { serverNow } from "@/api/serverClock";
import type { Device } from "@/api/types";
import { DeviceControl } from "@/components/DeviceControl";
import { NotRenewed } from "@/components/NotRenewed";
import { Empty, Failed, Loading } from "@/components/PageState";
import { Section } from "@/components/Section";
import { StateMark } from "@/components/StateMark";
import { Time } from "@/components/Time";
import { deviceHeatmapPath, playerPath } from "@/lib/deviceAddress";
import { useMay } from "@/lib/session";
import { useZone } from "@/lib/ZoneContext";
import { startOfDay, type Zone } from "@/lib/zone";
import classes from "./HostDevices.module.css";
import { sentenceOfDevice, videoFacts } from "./hostFacts";
import { devicesOfHostQuery } from "./hostQueries";

/** The devices of a host: what each records, and its control. */
export function HostDevices({ host }: { host: string }) {
  const devices = useQuery(devicesOfHostQuery(host));
  return (
    <Section title="Devices">
      {devices.data === undefined &&
        (devices.isError ? (
          <Failed error={devices.error} retry={() => void devices.refetch()} />
        ) : (
          <Loading what={`the devices of ${host}`} />
        ))}
      {devices.data !== undefined && <NotRenewed query={devices} />}
      {devices.data?.length === 0 && (
        <Empty title="No devices">
          Name its cameras as [[device]] in the host.toml of {host} and reload its agent; they appear here.
        </Empty>
      )}
      {devices.data !== undefined && devices.data.length > 0 && (
        <ul className={classes.list}>
          {devices.data.map((device) => (
            <DeviceRow key={device.device} device={device} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function DeviceRow({ device }: { device: Device }) {
  const mayWatch = useMay("archive:read");
  const { zone } = useZone();
  const facts = videoFacts(device);
  return (
    <li className={classes.device} aria-label={device.label}>
      <div className={classes.cell}>
        <span className={classes.label}>
          {mayWatch ? <Link to={playerPath(device)}>{device.label}</Link> : device.label}
        </span>
        <span className={classes.quiet}>{device.full_name}</span>
        {device.group !== null && <span className={classes.quiet}>Group {device.group}</span>}
        {mayWatch && (
          <span className={classes.links}>
            <Link to={playerPath(device)} aria-label={`Play ${device.label}`}>
              Play
            </Link>
            <Link to={deviceHeatmapPath(device)} aria-label={`Heatmap of ${device.label}`}>
              Heatmap
            </Link>
          </span>
        )}
      </div>
      <div className={classes.cell}>
        {device.removed ? (
          <span className={classes.quiet}>Its host does not have it any more; footage may be left.</span>
        ) : (
          <>
            <StateMark state={device.word} />
            <span>
              {sentenceOfDevice(device)}
              {device.since !== null && (
                <span className={classes.quiet}>
                  {" "}
                  Since <Time at={device.since} withDay />
                </span>
              )}
            </span>
          </>
        )}
      </div>
      <div className={classes.cell}>
        <span>
          {device.newest_segment_at === null ? (
            "No footage yet"
          ) : (
            <>
              Newest footage{" "}
              <Time at={device.newest_segment_at} withDay={!isOfToday(device.newest_segment_at, zone)} />
            </>
          )}
        </span>
        {facts !== "" && <span className={classes.quiet}>{facts}</span>}
        {device.source !== "" && <span className={classes.quiet}>{device.source}</span>}
      </div>
      <div className={classes.cell}>
        <DeviceControl device={device} />
      </div>
    </li>
  );
}

function isOfToday(time: string, zone: Zone): boolean {
  return startOfDay(Date.parse(time), zone) === startOfDay(serverNow(), zone);
}
