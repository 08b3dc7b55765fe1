import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { devicesQuery } from "@/api/queries";
import { DeviceControl } from "@/components/DeviceControl";
import { Empty, Failed, Loading } from "@/components/PageState";
import { StateMark } from "@/components/StateMark";
import { Time } from "@/components/Time";
import type { DeviceName } from "@/lib/deviceAddress";
import { useArchive } from "../archive/useArchive";
import classes from "./DetailsTab.module.css";
import { bitrateText, pictureText } from "./deviceFacts";

/** What is known of a device; who may, controls its recorder here. */
export function DetailsTab({ name }: { name: DeviceName }) {
  const devices = useQuery(devicesQuery);
  const archive = useArchive(name, null);
  const device = devices.data?.find((one) => one.host === name.host && one.device === name.device);
  if (devices.isPending) return <Loading what="the device" />;
  if (devices.data === undefined)
    return <Failed error={devices.error} retry={() => void devices.refetch()} />;
  if (device === undefined)
    return <Empty title="There is no such device">It may have been renamed or removed.</Empty>;
  return (
    <div className={classes.details}>
      <p className={classes.state}>
        <StateMark state={device.word} />
        <span>{device.sentence}</span>
      </p>
      <DeviceControl device={device} />
      <dl className={classes.facts}>
        <Fact term="Since">{device.since === null ? "Not known" : <Time at={device.since} withDay />}</Fact>
        <Fact term="Picture">{pictureText(device)}</Fact>
        <Fact term="Bit rate">{bitrateText(device.bitrate_bps)}</Fact>
        <Fact term="Newest footage">
          {device.newest_segment_at === null ? "None yet" : <Time at={device.newest_segment_at} withDay />}
        </Fact>
        <Fact term="Oldest footage">
          {archive.recorded[0] === undefined ? (
            archive.waiting.length > 0 ? (
              `Waiting for ${name.host}…`
            ) : (
              "Not known"
            )
          ) : archive.isLonger ? (
            "More than 31 days ago"
          ) : (
            <Time at={archive.recorded[0].from} withDay />
          )}
        </Fact>
        <Fact term="Host">
          <Link to={`/hosts/${encodeURIComponent(device.host)}`}>{device.host}</Link>
        </Fact>
        <Fact term="Device">{device.device}</Fact>
        <Fact term="Group">{device.group ?? "None"}</Fact>
        <Fact term="Source">{device.source}</Fact>
      </dl>
    </div>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}
