import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useParams } from "react-router";
import { devicesQuery } from "@/api/queries";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed } from "@/components/PageState";
import { DeviceSwitcher } from "./DeviceSwitcher";
import { Player } from "./Player";

/** A device, live or at a moment. */
export default function PlayerPage() {
  const { host = "", device = "" } = useParams();
  const name = useMemo(() => ({ host, device }), [host, device]);
  const devices = useQuery(devicesQuery);
  const known = devices.data?.find((one) => one.host === host && one.device === device) ?? null;
  if (devices.data !== undefined && known === null) {
    return (
      <>
        <PageHeading title={device} detail={host}>
          <DeviceSwitcher name={name} devices={devices.data} atMs={null} />
        </PageHeading>
        <Empty title={`There is no device ${host}/${device}.`}>
          It may have been renamed, or your role does not show it. Choose another one above.
        </Empty>
      </>
    );
  }
  if (devices.data === undefined && devices.isError) {
    return (
      <>
        <PageHeading title={device} detail={host} />
        <Failed error={devices.error} retry={() => void devices.refetch()} />
      </>
    );
  }
  // A player of another device is another player.
  return <Player key={`${host}/${device}`} name={name} device={known} devices={devices.data ?? []} />;
}
