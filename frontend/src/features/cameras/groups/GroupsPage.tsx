import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconPencil, IconPlus, IconTrash, IconUsersGroup, IconVideo } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { groupsQuery } from "@/api/queries";
import type { Group } from "@/api/types";
import { SearchField } from "@/components/list/SearchField";
import table from "@/components/list/Table.module.css";
import { NotRenewed } from "@/components/NotRenewed";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { CameraMark } from "@/components/StateMark";
import { CameraTabs } from "@/features/cameras/CameraTabs";
import { summaryQuery } from "@/features/cameras/cameraQueries";
import { count } from "@/lib/format";
import { useMay, useMe } from "@/lib/session";
import { GroupDeletion } from "./GroupDeletion";
import { GroupDialog } from "./GroupDialog";
import classes from "./GroupsPage.module.css";
import { type GroupRow, groupRows, withoutGroup } from "./groupRows";
import { MembersDialog } from "./MembersDialog";

type Open = { dialog: "edit"; group: Group | null } | { dialog: "members" | "delete"; group: Group };

const RENEWED_EVERY_MS = 10_000;

/** Groups of cameras: how their cameras are, and who is in which. */
export default function GroupsPage() {
  const groups = useQuery({ ...groupsQuery, refetchInterval: RENEWED_EVERY_MS });
  const summary = useQuery(summaryQuery);
  const [address, setAddress] = useSearchParams();
  const [open, setOpen] = useState<Open | null>(null);
  const me = useMe();
  // Groups decide who sees what: who is limited to some changes none.
  const mayWrite = me.permissions.includes("cameras:write") && !me.limited_to_groups;
  const search = address.get("search") ?? "";
  const setSearch = (text: string) => setAddress(text === "" ? {} : { search: text }, { replace: true });
  const rows = groupRows(groups.data ?? [], summary.data, search);
  const alone = withoutGroup(summary.data);
  return (
    <>
      <PageHeading title="Groups" />
      <CameraTabs>
        {mayWrite && (
          <Button
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setOpen({ dialog: "edit", group: null })}
          >
            New group
          </Button>
        )}
      </CameraTabs>
      {groups.data !== undefined && groups.data.length > 0 && (
        <search className={classes.bar} aria-label="Groups">
          <SearchField
            className={classes.search}
            label="Search groups by name or place"
            placeholder="Name or place"
            text={search}
            onSearch={setSearch}
          />
          {alone !== null && alone > 0 && (
            <span className={table.quiet}>{count(alone, "camera")} in no group</span>
          )}
        </search>
      )}
      <NotRenewed query={groups} />
      {groups.data === undefined ? (
        groups.isError ? (
          <Failed error={groups.error} retry={() => void groups.refetch()} />
        ) : (
          <Loading what="the groups" />
        )
      ) : groups.data.length === 0 ? (
        <Empty title={mayWrite ? "No group yet: make the first one" : "No group yet"}>
          <p>
            A group is a floor, a building, a tenant: it has a tab of its own on the wall, and users can be
            limited to the cameras of some groups.
          </p>
          {mayWrite && (
            <Button mt="sm" onClick={() => setOpen({ dialog: "edit", group: null })}>
              New group
            </Button>
          )}
        </Empty>
      ) : rows.length === 0 ? (
        <Empty title="No group is called so">
          <Button variant="default" onClick={() => setSearch("")}>
            Show all groups
          </Button>
        </Empty>
      ) : (
        <table className={`${table.table} ${classes.table}`}>
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col">Place</th>
              <th scope="col">Cameras</th>
              <th scope="col">How they are</th>
              <th scope="col">
                <span className={table.unseen}>Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.group.id} row={row} mayWrite={mayWrite} onOpen={setOpen} />
            ))}
          </tbody>
        </table>
      )}
      {open?.dialog === "edit" && (
        <GroupDialog group={open.group} groups={groups.data ?? []} onClose={() => setOpen(null)} />
      )}
      {open?.dialog === "members" && <MembersDialog group={open.group} onClose={() => setOpen(null)} />}
      {open?.dialog === "delete" && <GroupDeletion group={open.group} onClose={() => setOpen(null)} />}
    </>
  );
}

function Row({
  row: { group, counts },
  mayWrite,
  onOpen,
}: {
  row: GroupRow;
  mayWrite: boolean;
  onOpen: (open: Open) => void;
}) {
  const mayWatch = useMay("archive:read");
  const cameras = `/cameras?${new URLSearchParams({ group: group.id })}`;
  return (
    <tr>
      <th scope="row">{group.name}</th>
      <td data-label="Place">{group.location ?? <span className={table.quiet}>Not said</span>}</td>
      <td data-label="Cameras">
        <Link to={cameras} aria-label={`${count(group.cameras, "camera")} of ${group.name}`}>
          {count(group.cameras, "camera")}
        </Link>
      </td>
      <td>
        <span className={classes.counts}>
          {counts.map(({ status, count: number }) => (
            <Link key={status} to={`${cameras}&status=${status}`} className={classes.count}>
              <CameraMark state={status} text={`${number} ${status}`} />
            </Link>
          ))}
        </span>
      </td>
      <td className={table.actions}>
        <Menu position="bottom-end" width={190}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${group.name}`}>
              <IconDots size={18} stroke={1.75} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {mayWatch && (
              <Menu.Item
                component={Link}
                to={`/wall?${new URLSearchParams({ group: group.id })}`}
                leftSection={<IconVideo size={16} stroke={1.75} />}
              >
                Show on the wall
              </Menu.Item>
            )}
            {mayWrite && (
              <>
                <Menu.Item
                  leftSection={<IconUsersGroup size={16} stroke={1.75} />}
                  onClick={() => onOpen({ dialog: "members", group })}
                >
                  Choose its cameras
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconPencil size={16} stroke={1.75} />}
                  onClick={() => onOpen({ dialog: "edit", group })}
                >
                  Rename or move
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconTrash size={16} stroke={1.75} />}
                  onClick={() => onOpen({ dialog: "delete", group })}
                >
                  Delete
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      </td>
    </tr>
  );
}
