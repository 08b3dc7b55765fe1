import { Button, NativeSelect } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { SearchField } from "@/components/list/SearchField";
import toolbar from "@/components/list/Toolbar.module.css";
import classes from "./UsersToolbar.module.css";
import { ROLE_WORDS, ROLES } from "./userForm";

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
    <search className={`${toolbar.bar} ${toolbar.raised}`} aria-label="Users">
      <SearchField
        className={classes.search}
        label="Search users by name or e-mail"
        placeholder="Name or e-mail"
        text={address.get("search") ?? ""}
        onSearch={(text) => set("search", text)}
      />
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
        className={toolbar.end}
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={onNew}
      >
        New user
      </Button>
    </search>
  );
}
