import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import classes from "./UsersToolbar.module.css";
import { ROLE_WORDS, ROLES } from "./userForm";

const SEARCHES_AFTER_MS = 250;

/** Search, filters, and the way to a new user. `set` changes one parameter of the address. */
export function UsersToolbar({
  address,
  set,
  onNew,
}: {
  address: URLSearchParams;
  set: (name: string, value: string | null) => void;
  onNew: () => void;
}) {
  return (
    <search className={classes.bar} aria-label="Users">
      <Search text={address.get("search") ?? ""} onSearch={(text) => set("search", text)} />
      <NativeSelect
        size="xs"
        aria-label="Role"
        value={address.get("role") ?? ""}
        onChange={(event) => set("role", event.currentTarget.value)}
        data={[
          { value: "", label: "All roles" },
          ...ROLES.map((role) => ({ value: role, label: ROLE_WORDS[role].name })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label="State"
        value={address.get("state") ?? ""}
        onChange={(event) => set("state", event.currentTarget.value)}
        data={[
          { value: "", label: "All states" },
          { value: "active", label: "Active" },
          { value: "disabled", label: "Disabled" },
        ]}
      />
      <Button
        className={classes.end}
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={onNew}
      >
        New user
      </Button>
    </search>
  );
}

// What is typed is there at once; the list follows when the typing rests.
function Search({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  if (text !== known) {
    setKnown(text);
    if (text !== typed.trim()) setTyped(text);
  }
  useEffect(() => {
    if (typed.trim() === text) return;
    const timer = setTimeout(() => onSearch(typed.trim()), SEARCHES_AFTER_MS);
    return () => clearTimeout(timer);
  });
  return (
    <TextInput
      className={classes.search}
      size="xs"
      type="search"
      aria-label="Search users by name or e-mail"
      placeholder="Name or e-mail"
      leftSection={<IconSearch size={14} aria-hidden />}
      value={typed}
      maxLength={255}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
