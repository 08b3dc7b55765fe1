import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconPencil, IconShare, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { WallView } from "@/api/types";
import { Confirmation } from "@/components/Confirmation";
import { notify } from "@/components/notify";
import type { SavedLayout } from "@/features/wall/layout/savedLayout";
import { problemOf } from "@/lib/problem";
import { changeView, deleteView, type ViewFields, viewsQuery } from "./queries";

/** What can be done with the saved view that the wall shows. */
export function ViewControls({
  view,
  layout,
  isRearranged,
  onDiscard,
  onEdit,
  onDeleted,
}: {
  view: WallView;
  /** As the wall is now. */
  layout: SavedLayout;
  /** The wall is no longer as it was saved. */
  isRearranged: boolean;
  onDiscard: () => void;
  onEdit: () => void;
  onDeleted: () => void;
}) {
  const client = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const renewed = () => client.invalidateQueries({ queryKey: viewsQuery.queryKey });
  const change = useMutation({
    mutationFn: (fields: Partial<ViewFields>) => changeView(view.id, fields),
    onSuccess: renewed,
    onError: (error) => notify({ title: "Not saved", message: problemOf(error), kind: "problem" }),
  });
  const remove = useMutation({
    mutationFn: () => deleteView(view.id),
    onSuccess: () => {
      onDeleted();
      return renewed();
    },
  });
  return (
    <>
      {isRearranged && view.may_change && (
        <Button
          size="compact-sm"
          loading={change.isPending}
          onClick={() => change.mutate({ layout }, { onSuccess: onDiscard })}
        >
          Save
        </Button>
      )}
      {isRearranged && (
        <Button size="compact-sm" variant="default" onClick={onDiscard}>
          Discard
        </Button>
      )}
      {view.may_change && (
        <Menu position="bottom-start">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={28} aria-label={`More for the view ${view.name}`}>
              <IconDots size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{view.is_own ? "Your view" : `${view.owner}'s view`}</Menu.Label>
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
              Name and devices
            </Menu.Item>
            <Menu.Item
              leftSection={<IconShare size={16} />}
              onClick={() => change.mutate({ shared: !view.shared })}
            >
              {view.shared ? "Share no longer" : "Share with everybody"}
            </Menu.Item>
            <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => setIsAsking(true)}>
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <Confirmation
        opened={isAsking}
        title={`Delete the view ${view.name}?`}
        confirm="Delete"
        isDestructive
        isBusy={remove.isPending}
        problem={remove.isError ? problemOf(remove.error) : null}
        onConfirm={() => remove.mutate()}
        onClose={() => setIsAsking(false)}
      >
        {view.shared
          ? "Nobody sees it any more. Its devices stay, and so does their footage."
          : "Its devices stay, and so does their footage."}
      </Confirmation>
    </>
  );
}
