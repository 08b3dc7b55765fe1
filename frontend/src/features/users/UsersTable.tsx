import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconKey,
  IconListDetails,
  IconPencil,
  IconTrash,
  IconUserCheck,
  IconUserOff,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { groupsQuery } from "@/api/queries";
import type { Group, User } from "@/api/types";
import { SortHead } from "@/components/list/SortHead";
import table from "@/components/list/Table.module.css";
import { Time } from "@/components/Time";
import { count } from "@/lib/format";
import { useMe } from "@/lib/session";
import { nextSort, type Sort, type SortKey } from "./listed";
import type { UserQuestionKind } from "./UserQuestion";
import classes from "./UsersTable.module.css";
import { isRole, ROLE_WORDS } from "./userForm";

interface UsersTableProps {
  users: readonly User[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** Of the list before, while the next one is fetched. */
  isOld: boolean;
  onEdit: (user: User) => void;
  onReset: (user: User) => void;
  onAsk: (kind: UserQuestionKind, user: User) => void;
}

/** Users as a table; on phones each is a card. */
export function UsersTable({ users, sort, onSort, isOld, onEdit, onReset, onAsk }: UsersTableProps) {
  const me = useMe();
  const { data: groups } = useQuery(groupsQuery);
  const head = (key: SortKey, label: string) => (
    <SortHead column={key} label={label} sort={sort} onSort={() => onSort(nextSort(sort, key))} />
  );
  return (
    <table className={table.table} data-old={isOld}>
      <thead>
        <tr>
          {head("username", "User")}
          {head("email", "E-mail")}
          {head("role", "Role")}
          <th scope="col">Sees</th>
          {head("last_login_at", "Last sign-in")}
          <th scope="col">
            <span className={table.unseen}>Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <tr key={user.id}>
            <th scope="row">
              {user.username}
              {user.id === me.id && <span className={classes.mark}>you</span>}
              {!user.is_active && (
                <span className={classes.disabled}>
                  <IconUserOff size={14} stroke={1.75} aria-hidden />
                  Disabled
                </span>
              )}
            </th>
            <td className={classes.email}>{user.email}</td>
            <td data-label="Role">{isRole(user.role) ? ROLE_WORDS[user.role].name : user.role}</td>
            <td data-label="Sees">{seenBy(user, groups)}</td>
            <td data-label="Last sign-in">
              {user.last_login_at === null ? (
                <span className={table.quiet}>Never</span>
              ) : (
                <Time at={user.last_login_at} withDay />
              )}
            </td>
            <td className={table.actions}>
              <Actions
                user={user}
                onEdit={() => onEdit(user)}
                onReset={() => onReset(user)}
                onAsk={(kind) => onAsk(kind, user)}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function seenBy(user: User, groups: readonly Group[] | undefined): string {
  if (!user.limited_to_groups) return "All cameras";
  const ids = user.camera_group_ids;
  if (ids.length === 0) return "No camera: no group is chosen";
  const names = ids.map((id) => groups?.find((group) => group.id === id)?.name);
  const known = names.filter((name) => name !== undefined);
  return known.length === ids.length && known.length <= 3 ? known.join(", ") : count(ids.length, "group");
}

function Actions({
  user,
  onEdit,
  onReset,
  onAsk,
}: {
  user: User;
  onEdit: () => void;
  onReset: () => void;
  onAsk: (kind: UserQuestionKind) => void;
}) {
  const me = useMe();
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${user.username}`}>
          <IconDots size={18} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} stroke={1.75} />} onClick={onEdit}>
          Edit
        </Menu.Item>
        {user.id !== me.id && (
          <Menu.Item leftSection={<IconKey size={16} stroke={1.75} />} onClick={onReset}>
            Reset password
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconListDetails size={16} stroke={1.75} />}
          component={Link}
          to={`/audit?user=${user.id}`}
        >
          What they did
        </Menu.Item>
        {user.is_active ? (
          <Menu.Item leftSection={<IconUserOff size={16} stroke={1.75} />} onClick={() => onAsk("disable")}>
            Disable
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconUserCheck size={16} stroke={1.75} />} onClick={() => onAsk("enable")}>
            Enable
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconTrash size={16} stroke={1.75} />} onClick={() => onAsk("delete")}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
