import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useState } from "react";
import { groupsQuery } from "@/api/queries";
import { serverNow } from "@/api/serverClock";
import { SearchField } from "@/components/list/SearchField";
import toolbar from "@/components/list/Toolbar.module.css";
import { useMay } from "@/lib/session";
import { useZone } from "@/lib/ZoneContext";
import { CameraField } from "./CameraField";
import classes from "./EventsToolbar.module.css";
import {
  endsBeforeItBegins,
  fieldOf,
  isPeriod,
  ofField,
  type PeriodName,
  periodOf,
  spanEnds,
} from "./period";
import { type Changes, type Sort, sortOf, sortsFor } from "./wanted";

const PERIOD_WORDS: Readonly<Record<PeriodName, string>> = {
  "1h": "The last hour",
  today: "Today",
  yesterday: "Yesterday",
  "7d": "The last 7 days",
  span: "From … to …",
};
const SORT_WORDS: Readonly<Record<Sort, string>> = {
  newest: "Newest first",
  oldest: "Oldest first",
  best: "Best first",
};
const HOUR_MS = 3_600_000;

/** Search and filters. `set` changes parameters of the address. */
export function EventsToolbar({
  address,
  set,
  field,
  children,
}: {
  address: URLSearchParams;
  set: (changes: Changes) => void;
  field: RefObject<HTMLInputElement | null>;
  /** What follows at the end. */
  children?: ReactNode;
}) {
  const { zone } = useZone();
  const groups = useQuery({ ...groupsQuery, enabled: useMay("cameras:read") });
  const group = address.get("group") ?? "";
  const period = address.get("period");
  const groupOptions = (groups.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const isGroupKnown = group === "" || groupOptions.some(({ value }) => value === group);
  const choosePeriod = (name: string) => {
    if (name !== "span") return set({ period: name });
    // It begins with what was shown, so that only an end has to be moved.
    const shown = periodOf(address, serverNow(), zone);
    const from = shown.from ?? serverNow() - 24 * HOUR_MS;
    set({ period: name, from: minute(from), to: minute(shown.to ?? serverNow()) });
  };
  return (
    <search className={`${toolbar.bar} ${classes.bar}`} aria-label="Events">
      <SearchField
        ref={field}
        className={classes.search}
        label="Search captions"
        placeholder="Search captions: red truck"
        text={address.get("q") ?? ""}
        onSearch={(text) => set({ q: text, similar: null })}
      />
      <CameraField value={address.get("camera") ?? ""} onChoose={(camera) => set({ camera })} />
      {(groupOptions.length > 0 || group !== "") && (
        <NativeSelect
          size="xs"
          aria-label="Group"
          value={group}
          onChange={(event) => set({ group: event.currentTarget.value })}
          data={[
            { value: "", label: "All groups" },
            ...groupOptions,
            ...(isGroupKnown ? [] : [{ value: group, label: "One that is not known" }]),
          ]}
        />
      )}
      <NativeSelect
        size="xs"
        aria-label="When"
        value={isPeriod(period) ? period : ""}
        onChange={(event) => choosePeriod(event.currentTarget.value)}
        data={[
          { value: "", label: "Any time" },
          ...Object.entries(PERIOD_WORDS).map(([value, label]) => ({ value, label })),
        ]}
      />
      {period === "span" && <Span address={address} set={set} />}
      <Checkbox
        className={classes.brief ?? ""}
        size="xs"
        label="Hide brief ones"
        checked={address.get("brief") === "hide"}
        onChange={(event) => set({ brief: event.currentTarget.checked ? "hide" : null })}
      />
      <div className={classes.end}>
        {children}
        <NativeSelect
          size="xs"
          aria-label="Order"
          value={sortOf(address)}
          onChange={(event) => set({ sort: event.currentTarget.value })}
          data={sortsFor(address).map((value) => ({ value, label: SORT_WORDS[value] }))}
        />
      </div>
    </search>
  );
}

const minute = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`;

function Span({ address, set }: { address: URLSearchParams; set: (changes: Changes) => void }) {
  const { zone } = useZone();
  const ends = spanEnds(address);
  const problem = endsBeforeItBegins(ends) ? "Choose a later end: it is before the begin." : null;
  const end = (name: "from" | "to", label: string, ms: number | null, wrong: string | null = null) => (
    <EndField
      key={`${zone} ${ms}`}
      label={label}
      text={fieldOf(ms, zone)}
      problem={wrong}
      onChange={(text) => {
        const moment = ofField(text, zone);
        if (text === "" || moment !== null) set({ [name]: moment === null ? null : minute(moment) });
      }}
    />
  );
  return (
    <div className={classes.span}>
      {end("from", "From", ends.from)}
      <span aria-hidden>–</span>
      {end("to", "To", ends.to, problem)}
    </div>
  );
}

// What is typed stays as it is until it is a time, and the field is left or Enter is pressed.
function EndField({
  label,
  text,
  problem,
  onChange,
}: {
  label: string;
  text: string;
  /** What is wrong with it; null: nothing. */
  problem: string | null;
  onChange: (text: string) => void;
}) {
  const [typed, setTyped] = useState(text);
  const done = () => typed !== text && onChange(typed);
  return (
    <TextInput
      size="xs"
      type="datetime-local"
      aria-label={label}
      value={typed}
      error={problem}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={done}
      onKeyDown={(event) => event.key === "Enter" && done()}
    />
  );
}
