import { Loader, MultiSelect, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { groupsQuery } from "@/api/queries";
import { count } from "@/lib/format";
import { problemOf } from "@/lib/problem";

/** Which camera groups a user sees. */
export function GroupChoice({
  chosen,
  problem,
  onChoose,
}: {
  chosen: string[];
  problem: string | undefined;
  onChoose: (ids: string[]) => void;
}) {
  const groups = useQuery(groupsQuery);
  if (groups.data === undefined) {
    return groups.isError ? (
      <Text role="alert" size="sm" c="var(--cf-act)">
        The groups cannot be listed. {problemOf(groups.error)}
      </Text>
    ) : (
      <Loader size="xs" aria-label="Waiting for the groups" />
    );
  }
  if (groups.data.length === 0) {
    return (
      <Text size="sm" c="var(--cf-quiet)">
        There are no camera groups yet, and without one a limited user would see nothing.{" "}
        <Link to="/groups">Make a group</Link> first, with the cameras that they may see.
      </Text>
    );
  }
  return (
    <MultiSelect
      label="Groups"
      required
      searchable
      comboboxProps={{ withinPortal: false }}
      placeholder={chosen.length === 0 ? "Choose groups" : ""}
      nothingFoundMessage="No group of this name"
      data={groups.data.map(({ id, name, cameras }) => ({
        value: id,
        label: `${name} (${count(cameras, "camera")})`,
      }))}
      value={chosen}
      error={problem}
      onChange={onChoose}
    />
  );
}
