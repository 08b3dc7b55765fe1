import { Button, Checkbox, Group, Modal, MultiSelect, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "@/api/errors";
import type { Device, WallView } from "@/api/types";
import { devicesIn, type Tiles, withDevices } from "@/features/wall/layout/arrangement";
import { type Layout, MOST_TILES } from "@/features/wall/layout/layouts";
import { savedOf } from "@/features/wall/layout/savedLayout";
import { problemOf } from "@/lib/problem";
import { addView, changeView, viewsQuery } from "./queries";

/** Saves the present arrangement as a view, or changes a view's name, devices, and who sees it. */
export default function ViewDialog({
  view,
  tiles,
  layout,
  devices,
  onClose,
  onSaved,
}: {
  /** To be changed; null: a new one. */
  view: WallView | null;
  /** As they lie on the wall now. */
  tiles: Tiles;
  layout: Layout;
  /** All that the user may see. */
  devices: readonly Device[];
  onClose: () => void;
  onSaved: (view: WallView) => void;
}) {
  const client = useQueryClient();
  const [name, setName] = useState(view?.name ?? "");
  const [isShared, setIsShared] = useState(view?.shared ?? false);
  const [chosen, setChosen] = useState(() => devicesIn(tiles).slice(0, MOST_TILES));
  const save = useMutation({
    mutationFn: () => {
      const fields = {
        name: name.trim(),
        shared: isShared,
        layout: savedOf(layout, withDevices(tiles, chosen)),
      };
      return view === null ? addView(fields) : changeView(view.id, fields);
    },
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: viewsQuery.queryKey });
      onSaved(saved);
    },
  });
  const isTaken = save.error instanceof ApiError && save.error.status === 409;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "" && chosen.length > 0 && !save.isPending) save.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={view === null ? "Save a view" : "Change this view"}
      centered
      closeButtonProps={{ "aria-label": "Cancel" }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label="Name"
            placeholder="Night shift"
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.currentTarget.value)}
            error={isTaken ? problemOf(save.error) : null}
            data-autofocus
          />
          <MultiSelect
            label="Devices"
            description={`${chosen.length} of ${MOST_TILES} at most`}
            placeholder="Add a device"
            data={devices.map(({ full_name, label, host }) => ({
              value: full_name,
              label: `${label} · ${host}`,
            }))}
            value={chosen}
            onChange={setChosen}
            maxValues={MOST_TILES}
            limit={100}
            searchable
            nothingFoundMessage="No device has that name."
          />
          <Checkbox
            label="Everybody sees this view"
            checked={isShared}
            onChange={(event) => setIsShared(event.currentTarget.checked)}
          />
          {save.isError && !isTaken && (
            <Text role="alert" c="var(--cf-act)" size="sm">
              {problemOf(save.error)}
            </Text>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={save.isPending}
              disabled={name.trim() === "" || chosen.length === 0}
            >
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
