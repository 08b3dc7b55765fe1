import { Checkbox, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { groupsQuery } from "@/api/queries";
import { SearchField } from "@/components/list/SearchField";
import toolbar from "@/components/list/Toolbar.module.css";
import type { CameraSummary } from "@/features/cameras/cameraTypes";
import { CAMERA_STATUSES, cameraMarkOf, capitalised } from "@/lib/stateMarks";
import classes from "./CamerasToolbar.module.css";
import type { Filter } from "./listed";

/** States with how many cameras are in each, search and filters. `set` changes one parameter of the address. */
export function CamerasToolbar({
  address,
  summary,
  set,
}: {
  address: URLSearchParams;
  /** undefined: not known yet. */
  summary: CameraSummary | undefined;
  set: (name: Filter, value: string | null) => void;
}) {
  const groups = useQuery(groupsQuery);
  const chosenOf = (name: Filter) => address.get(name) ?? "";
  const hosts = summary?.by_host.flatMap(({ host }) => (host === null ? [] : [host])) ?? [];
  const select = (name: Filter, label: string, all: string, options: { value: string; label: string }[]) => (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={chosenOf(name)}
      onChange={(event) => set(name, event.currentTarget.value)}
      data={withChosen([{ value: "", label: all }, ...options], chosenOf(name))}
    />
  );
  return (
    <search className={`${toolbar.bar} ${toolbar.raised}`} aria-label="Cameras">
      <StatusButtons
        summary={summary}
        chosen={chosenOf("status")}
        onChoose={(status) => set("status", status)}
      />
      <SearchField
        className={classes.search}
        label="Search cameras by name, address or place"
        placeholder="Name, address, place"
        text={chosenOf("search")}
        onSearch={(text) => set("search", text)}
      />
      {select(
        "group",
        "Group",
        "All groups",
        (groups.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
      )}
      {select(
        "host",
        "Host",
        "All hosts",
        hosts.map((host) => ({ value: host, label: host })),
      )}
      {select("managed", "Set up in", "Set up anywhere", [
        { value: "gateway", label: "Set up here" },
        { value: "host", label: "Set up on hosts" },
      ])}
      <Checkbox
        size="xs"
        label="Active only"
        checked={chosenOf("active") === "1"}
        onChange={(event) => set("active", event.currentTarget.checked ? "1" : null)}
      />
    </search>
  );
}

// What an address asks for and nobody knows any more must not look as if it were not asked for.
function withChosen(options: { value: string; label: string }[], chosen: string) {
  return options.some(({ value }) => value === chosen)
    ? options
    : [...options, { value: chosen, label: "One that is not known" }];
}

function StatusButtons({
  summary,
  chosen,
  onChoose,
}: {
  summary: CameraSummary | undefined;
  chosen: string;
  onChoose: (status: string | null) => void;
}) {
  const countOf = (status: (typeof CAMERA_STATUSES)[number]) => summary?.by_status[status] ?? 0;
  // A state that no camera is in is not offered, unless it is chosen: there must be a way out of it.
  const offered = CAMERA_STATUSES.filter((one) => countOf(one) > 0 || one === chosen);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form's fields; these are buttons
    <div className={toolbar.states} role="group" aria-label="State">
      <button
        type="button"
        className={toolbar.state}
        aria-pressed={chosen === ""}
        onClick={() => onChoose(null)}
      >
        All
        <span className={toolbar.number}>{summary?.total ?? ""}</span>
      </button>
      {offered.map((status) => (
        <button
          key={status}
          type="button"
          className={toolbar.state}
          data-tone={cameraMarkOf(status).tone}
          aria-pressed={chosen === status}
          onClick={() => onChoose(status)}
        >
          {capitalised(status)}
          <span className={toolbar.number}>{countOf(status)}</span>
        </button>
      ))}
    </div>
  );
}
