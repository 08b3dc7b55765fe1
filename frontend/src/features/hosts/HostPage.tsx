import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { ApiError } from "@/api/errors";
import { hostsQuery } from "@/api/queries";
import { NotRenewed } from "@/components/NotRenewed";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { useMay, useMe } from "@/lib/session";
import { HostCommands } from "./HostCommands";
import { HostDevices } from "./HostDevices";
import { HostOverview } from "./HostOverview";
import classes from "./HostPage.module.css";
import { hostQuery } from "./hostQueries";
import { Readmission } from "./Readmission";

/** One host: all that is known of it, its devices with their control, and what waits for it. */
export default function HostPage() {
  const name = useParams().host ?? "";
  const client = useQueryClient();
  const me = useMe();
  const mayEnrol = useMay("hosts:enrol");
  const host = useQuery({
    ...hostQuery(name),
    // Whoever comes from the list sees at once what that knew.
    placeholderData: () => client.getQueryData(hostsQuery.queryKey)?.find((known) => known.name === name),
  });
  const heading = (
    <PageHeading
      title={name}
      detail={
        <Link to="/hosts" className={classes.back}>
          All hosts
        </Link>
      }
    />
  );
  if (host.data === undefined) {
    return (
      <>
        {heading}
        {host.error instanceof ApiError && host.error.status === 404 ? (
          <Empty title={`There is no host ${name}`}>
            It was removed or is called differently, or you are limited to cameras of other hosts.{" "}
            <Link to="/hosts">Look at all hosts</Link>.
          </Empty>
        ) : host.isError ? (
          <Failed error={host.error} retry={() => void host.refetch()} />
        ) : (
          <Loading what={`host ${name}`} />
        )}
      </>
    );
  }
  return (
    <>
      {heading}
      <NotRenewed query={host} />
      <HostOverview host={host.data} />
      <HostDevices host={name} />
      {/* Commands are for all devices of a host: who sees only some of them may not see these. */}
      {!me.limited_to_groups && <HostCommands host={name} />}
      {mayEnrol && <Readmission host={host.data} />}
    </>
  );
}
