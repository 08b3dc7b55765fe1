import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { hostsQuery } from "@/api/queries";
import { NotRenewed } from "@/components/NotRenewed";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { useMay } from "@/lib/session";
import { EnrolDialog } from "./enrolment/EnrolDialog";
import { OpenTokens } from "./enrolment/OpenTokens";
import { HostRow } from "./HostRow";
import { HostsToolbar } from "./HostsToolbar";
import { shownHosts, stateFrom } from "./hostFilter";

/** All hosts: whether they report, what they record, and how full their disks are. */
export default function HostsPage() {
  const hosts = useQuery(hostsQuery);
  const mayEnrol = useMay("hosts:enrol");
  const [address, setAddress] = useSearchParams();
  const [isEnrolling, setIsEnrolling] = useState(false);
  const search = address.get("q") ?? "";
  const state = stateFrom(address.get("state"));
  // A filter belongs to the address, so that it can be sent to somebody; typing is no step of its own back.
  const set = (key: string, value: string) =>
    setAddress(
      (was) => {
        const next = new URLSearchParams(was);
        if (value === "") next.delete(key);
        else next.set(key, value);
        return next;
      },
      { replace: true },
    );
  if (hosts.data === undefined) {
    return (
      <>
        <PageHeading title="Hosts" />
        {hosts.isError ? (
          <Failed error={hosts.error} retry={() => void hosts.refetch()} />
        ) : (
          <Loading what="the hosts" />
        )}
      </>
    );
  }
  const shown = shownHosts(hosts.data, search, state);
  return (
    <>
      <PageHeading title="Hosts" />
      {hosts.data.length > 0 && (
        <HostsToolbar
          hosts={hosts.data}
          search={search}
          state={state}
          onSearch={(text) => set("q", text)}
          onState={(next) => set("state", next ?? "")}
          onEnrol={() => setIsEnrolling(true)}
        />
      )}
      <NotRenewed query={hosts} />
      {hosts.data.length === 0 && (
        <Empty title={mayEnrol ? "No host yet: enrol the first one" : "No host yet"}>
          {mayEnrol ? (
            <>
              <p>
                A host is a machine that cameras are plugged into. It appears here by itself once it has
                enrolled.
              </p>
              <Button onClick={() => setIsEnrolling(true)}>Enrol a host</Button>
            </>
          ) : (
            <p>Ask an admin to enrol a host, or to let you see a camera.</p>
          )}
        </Empty>
      )}
      {hosts.data.length > 0 && shown.length === 0 && (
        <Empty title="No host matches">
          <p>Search for less, or look at hosts of all states.</p>
          <Button variant="default" onClick={() => setAddress({}, { replace: true })}>
            Show all hosts
          </Button>
        </Empty>
      )}
      {shown.map((host) => (
        <HostRow key={host.name} host={host} />
      ))}
      {mayEnrol && <OpenTokens />}
      {mayEnrol && (
        <EnrolDialog opened={isEnrolling} onClose={() => setIsEnrolling(false)} hosts={hosts.data} />
      )}
    </>
  );
}
