import { Checkbox, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { SearchField } from "@/components/list/SearchField";
import toolbar from "@/components/list/Toolbar.module.css";
import { NotRenewed } from "@/components/NotRenewed";
import { PageHeading } from "@/components/PageHeading";
import { Failed, Loading } from "@/components/PageState";
import { CaptionedCameras } from "./CaptionedCameras";
import { CaptionsOff } from "./CaptionsOff";
import { statusQuery } from "./captionQueries";
import type { MigrationStatus } from "./captionTypes";
import classes from "./ListsToolbar.module.css";
import { type Changes, isList, listOf, withChanges } from "./listed";
import { Runs } from "./Runs";
import { RunsToolbar } from "./RunsToolbar";
import { StatusPanel } from "./StatusPanel";

/** How captions become events: how that does, camera by camera, and what became of them. */
export default function CaptionsPage() {
  const status = useQuery(statusQuery);
  return (
    <>
      <PageHeading title="Jobs" detail="Captions" />
      {status.data !== undefined ? (
        <>
          <NotRenewed query={status} />
          {status.data.status === "off" ? (
            <CaptionsOff problem={status.data.problem} />
          ) : (
            <Known status={status.data} />
          )}
        </>
      ) : status.isError ? (
        <Failed error={status.error} retry={() => void status.refetch()} />
      ) : (
        <Loading what="the captions" />
      )}
    </>
  );
}

function Known({ status }: { status: MigrationStatus }) {
  const [address, setAddress] = useSearchParams();
  const list = listOf(address);
  const set = (changes: Changes) =>
    setAddress((was) => withChanges(was, changes), { replace: !("page" in changes) });
  return (
    <>
      <StatusPanel status={status} />
      <search className={toolbar.bar} aria-label={list === "cameras" ? "Cameras" : "History"}>
        <SegmentedControl
          size="xs"
          aria-label="List"
          value={list}
          onChange={(value) => isList(value) && set({ list: value === "cameras" ? null : value })}
          data={[
            { value: "cameras", label: "Cameras" },
            { value: "history", label: "History" },
          ]}
        />
        {list === "cameras" ? (
          <>
            <Checkbox
              size="xs"
              label="With cached captions only"
              checked={address.get("cached") === "1"}
              onChange={(event) => set({ cached: event.currentTarget.checked ? "1" : null })}
            />
            <SearchField
              className={classes.search}
              label="Search cameras"
              placeholder="Name or id"
              text={address.get("search") ?? ""}
              onSearch={(search) => set({ search })}
            />
          </>
        ) : (
          <RunsToolbar address={address} set={set} />
        )}
      </search>
      {list === "cameras" ? (
        <CaptionedCameras address={address} set={set} />
      ) : (
        <Runs address={address} set={set} />
      )}
    </>
  );
}
