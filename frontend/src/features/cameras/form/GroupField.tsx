import { Button, Group, NativeSelect, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { groupsQuery } from "@/api/queries";
import { addGroup } from "@/features/cameras/groups/groupQueries";
import { problemOf } from "@/lib/problem";
import { useMe } from "@/lib/session";

const NEW = "new group";

/** The camera's group, with a way to make one. */
export function GroupField({
  value,
  problem,
  onChange,
}: {
  value: string;
  problem: string | undefined;
  onChange: (groupId: string) => void;
}) {
  const client = useQueryClient();
  const groups = useQuery(groupsQuery);
  const isLimited = useMe().limited_to_groups;
  const [name, setName] = useState<string | null>(null);
  const adding = useMutation({
    mutationFn: (named: string) => addGroup({ name: named, location: null }),
    onSuccess: async (group) => {
      await client.invalidateQueries({ queryKey: groupsQuery.queryKey });
      onChange(group.id);
      setName(null);
    },
  });
  const add = () => {
    if (name !== null && name.trim() !== "" && !adding.isPending) adding.mutate(name.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter makes the group; the form around it is not sent yet.
    if (event.key === "Enter") {
      event.preventDefault();
      add();
    }
  };
  if (name !== null) {
    return (
      <div>
        <TextInput
          label="New group"
          value={name}
          maxLength={255}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          error={adding.isError ? problemOf(adding.error) : undefined}
          ref={(field) => field?.focus()}
        />
        <Group gap="xs" mt={6}>
          <Button size="compact-sm" loading={adding.isPending} disabled={name.trim() === ""} onClick={add}>
            Make the group
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setName(null)}>
            Cancel the group
          </Button>
        </Group>
      </div>
    );
  }
  return (
    <div>
      <NativeSelect
        label="Group"
        value={value}
        error={problem}
        onChange={(event) =>
          event.currentTarget.value === NEW ? setName("") : onChange(event.currentTarget.value)
        }
        data={[
          { value: "", label: "No group" },
          ...(groups.data ?? []).map((group) => ({ value: group.id, label: group.name })),
          ...(value === "" || groups.data?.some(({ id }) => id === value) === true
            ? []
            : [{ value, label: "The group that it is in" }]),
          ...(isLimited ? [] : [{ value: NEW, label: "New group…" }]),
        ]}
      />
      {groups.isError && (
        <Text role="alert" size="sm" c="var(--cf-act)" mt={4}>
          The groups cannot be listed. {problemOf(groups.error)}
        </Text>
      )}
    </div>
  );
}
