import { Button, Modal, Group as Row, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import type { Group } from "@/api/types";
import { notify } from "@/components/notify";
import { renewCameras } from "@/features/cameras/cameraQueries";
import { problemOf } from "@/lib/problem";
import { addGroup, changeGroup } from "./groupQueries";
import { groupNameProblem } from "./groupRows";

/** Name and place of a new group (`group` null) or of one that is there. */
export function GroupDialog({
  group,
  groups,
  onClose,
}: {
  group: Group | null;
  groups: readonly Group[];
  onClose: () => void;
}) {
  const title = group === null ? "New group" : `Edit ${group.name}`;
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": "Close the form" }}
    >
      <Fields group={group} groups={groups} onClose={onClose} />
    </Modal>
  );
}

function Fields({
  group,
  groups,
  onClose,
}: {
  group: Group | null;
  groups: readonly Group[];
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [name, setName] = useState(group?.name ?? "");
  const [location, setLocation] = useState(group?.location ?? "");
  const [problem, setProblem] = useState<string | null>(null);
  const saving = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), location: location.trim() === "" ? null : location.trim() };
      return group === null ? addGroup(body) : changeGroup(group.id, body);
    },
    onSuccess: (saved) => {
      notify({ title: group === null ? `${saved.name} is made` : `${saved.name} is changed`, kind: "done" });
      onClose();
      void renewCameras(client);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const wrong = groupNameProblem(name, groups, group?.id ?? null);
    setProblem(wrong);
    if (wrong === null && !saving.isPending) saving.mutate();
  };
  return (
    <form onSubmit={submit} noValidate aria-label={group === null ? "New group" : "Edit the group"}>
      <Stack gap="md">
        <TextInput
          label="Name"
          required
          data-autofocus
          maxLength={255}
          value={name}
          error={problem}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setProblem(null);
          }}
        />
        <TextInput
          label="Place"
          maxLength={255}
          placeholder="Building 2, ground floor"
          value={location}
          onChange={(event) => setLocation(event.currentTarget.value)}
        />
        {saving.isError && (
          <Text role="alert" c="var(--cf-act)" size="sm">
            {problemOf(saving.error)}
          </Text>
        )}
        <Row justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {group === null ? "Make the group" : "Save"}
          </Button>
        </Row>
      </Stack>
    </form>
  );
}
