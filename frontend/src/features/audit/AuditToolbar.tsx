import { CloseButton, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { SearchField } from "@/components/list/SearchField";
import toolbar from "@/components/list/Toolbar.module.css";
import classes from "./AuditToolbar.module.css";
import { type UserName, userNamesQuery } from "./auditQueries";
import { ExportMenu } from "./ExportMenu";
import { DAYS, type Filter, type Wanted } from "./listed";
import { KIND_WORDS, plain, VERB_WORDS } from "./words";

const PERIOD_WORDS = [
  { value: "", label: "Any time" },
  { value: "1h", label: "The last hour" },
  { value: "24h", label: "The last 24 hours" },
  { value: "7d", label: "The last 7 days" },
  { value: "30d", label: "The last 30 days" },
  { value: DAYS, label: "Days…" },
];

type Option = { value: string; label: string };

/** Filters, search, and the way to a file. `set` changes parameters of the address. */
export function AuditToolbar({
  address,
  wanted,
  doer,
  set,
}: {
  address: URLSearchParams;
  wanted: Wanted;
  /** What the user is called who is asked for, where the list knows: they may be gone. */
  doer: string | undefined;
  set: (changes: Partial<Record<Filter, string | null>>) => void;
}) {
  const users = useQuery(userNamesQuery);
  const chosen = (name: Filter) => address.get(name) ?? "";
  const select = (name: Filter, label: string, all: string, options: Option[]) => (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={chosen(name)}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
      data={withChosen([{ value: "", label: all }, ...options], chosen(name))}
    />
  );
  const day = (name: "first" | "last", label: string) => (
    <TextInput
      size="xs"
      type="date"
      aria-label={label}
      value={chosen(name)}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <search className={`${toolbar.bar} ${toolbar.raised} ${classes.bar}`} aria-label="Audit log">
      <SearchField
        className={classes.search}
        label="Search the audit log"
        placeholder="Name, address, request"
        text={chosen("search")}
        onSearch={(text) => set({ search: text })}
      />
      {select("user", "Who", "Everybody", usersToChoose(users.data ?? [], chosen("user"), doer))}
      {select("kind", "To what", "To anything", optionsOf(KIND_WORDS))}
      {select("verb", "Did", "Did anything", optionsOf(VERB_WORDS))}
      <NativeSelect
        size="xs"
        aria-label="When"
        value={chosen("period")}
        onChange={(event) => set({ period: event.currentTarget.value, first: null, last: null })}
        data={withChosen(PERIOD_WORDS, chosen("period"))}
      />
      {chosen("period") === DAYS && (
        <div className={classes.days}>
          {day("first", "First day")}
          <span aria-hidden>–</span>
          {day("last", "Last day")}
        </div>
      )}
      {chosen("subject") !== "" && (
        <span className={classes.subject}>
          One {KIND_WORDS[chosen("kind")] ?? "thing"} only
          <CloseButton
            size="xs"
            aria-label="Show what was done to all of them"
            onClick={() => set({ subject: null })}
          />
        </span>
      )}
      <ExportMenu className={toolbar.end} wanted={wanted} />
    </search>
  );
}

// By id, so that who got another name is found under both; `chosen` may be a name that was typed by nobody known.
function usersToChoose(users: readonly UserName[], chosen: string, doer: string | undefined): Option[] {
  const options = users.map(({ id, username }) => ({ value: id, label: username }));
  const isListed = chosen === "" || options.some(({ value }) => value === chosen);
  return isListed ? options : [...options, { value: chosen, label: doer ?? chosen }];
}

function optionsOf(words: Readonly<Record<string, string>>): Option[] {
  return Object.entries(words)
    .map(([value, label]) => ({ value, label: plain(label) }))
    .sort((one, other) => one.label.localeCompare(other.label));
}

// What an address asks for must not look as if it were not asked for: a user who is gone, a name typed wrongly.
function withChosen(options: Option[], chosen: string): Option[] {
  return options.some(({ value }) => value === chosen)
    ? options
    : [...options, { value: chosen, label: chosen }];
}
