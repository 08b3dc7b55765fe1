import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import type { Host, HostState } from "@/api/types";
import toolbar from "@/components/list/Toolbar.module.css";
import { useMay } from "@/lib/session";
import { capitalised } from "@/lib/stateMarks";
import classes from "./HostsToolbar.module.css";
import { countsByState, HOST_STATES } from "./hostFilter";

/** Search, states with how many hosts are in each, and the way to enrol another. */
export function HostsToolbar({
  hosts,
  search,
  state,
  onSearch,
  onState,
  onEnrol,
}: {
  hosts: readonly Host[];
  search: string;
  /** null: all. */
  state: HostState | null;
  onSearch: (text: string) => void;
  onState: (state: HostState | null) => void;
  onEnrol: () => void;
}) {
  const mayEnrol = useMay("hosts:enrol");
  const counts = countsByState(hosts);
  // A state that no host is in is not offered, unless it is chosen: there must be a way out of it.
  const offered = HOST_STATES.filter((one) => counts[one] > 0 || one === state);
  return (
    <search className={`${toolbar.bar} ${toolbar.raised} ${classes.bar}`} aria-label="Hosts">
      <TextInput
        className={classes.search}
        size="xs"
        type="search"
        aria-label="Search hosts and their devices"
        placeholder="Host or device"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={search}
        onChange={(event) => onSearch(event.currentTarget.value)}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form's fields; these are buttons */}
      <div className={toolbar.states} role="group" aria-label="State">
        {[null, ...offered].map((one) => (
          <button
            key={one ?? "all"}
            type="button"
            className={toolbar.state}
            aria-pressed={state === one}
            onClick={() => onState(one)}
          >
            {one === null ? "All" : capitalised(one)}
            <span className={toolbar.number}>{one === null ? hosts.length : counts[one]}</span>
          </button>
        ))}
      </div>
      {mayEnrol && (
        <Button
          className={toolbar.end}
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={onEnrol}
        >
          Enrol a host
        </Button>
      )}
    </search>
  );
}
