import { NativeSelect } from "@mantine/core";
import { SearchField } from "@/components/list/SearchField";
import classes from "./ListsToolbar.module.css";
import type { Changes, Filter } from "./listed";
import { RUN_STATES, RUN_WORDS, TRIGGERS, triggerWords } from "./migrationFacts";

/** What narrows the history down. `set` changes parameters of the address. */
export function RunsToolbar({ address, set }: { address: URLSearchParams; set: (changes: Changes) => void }) {
  const select = (name: Filter, label: string, options: { value: string; label: string }[]) => (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={address.get(name) ?? ""}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
      data={options}
    />
  );
  return (
    <>
      {select("state", "State", [
        { value: "", label: "In any state" },
        ...RUN_STATES.map((value) => ({ value, label: RUN_WORDS[value] })),
      ])}
      {select("trigger", "Why", [
        { value: "", label: "For any reason" },
        ...TRIGGERS.map((value) => ({ value, label: triggerWords(value) })),
      ])}
      <SearchField
        className={classes.search}
        label="Camera, by its whole id"
        placeholder="Camera's id"
        text={address.get("camera") ?? ""}
        onSearch={(camera) => set({ camera })}
      />
    </>
  );
}
