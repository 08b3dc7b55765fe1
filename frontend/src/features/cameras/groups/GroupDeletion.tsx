import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Group } from "@/api/types";
import { Confirmation } from "@/components/Confirmation";
import { notify } from "@/components/notify";
import { renewCameras } from "@/features/cameras/cameraQueries";
import { count } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { deleteGroup } from "./groupQueries";

/** Asks before a group is deleted: its cameras stay, and who was limited to it sees nothing then. */
export function GroupDeletion({ group, onClose }: { group: Group; onClose: () => void }) {
  const client = useQueryClient();
  const deletion = useMutation({
    mutationFn: () => deleteGroup(group.id),
    onSuccess: () => {
      notify({
        title: `${group.name} is deleted`,
        message: "Its cameras are in no group now.",
        kind: "done",
      });
      onClose();
      void renewCameras(client);
    },
  });
  return (
    <Confirmation
      opened
      title={`Delete the group ${group.name}?`}
      confirm="Delete"
      isDestructive
      isBusy={deletion.isPending}
      problem={deletion.isError ? problemOf(deletion.error) : null}
      onConfirm={() => deletion.mutate()}
      onClose={onClose}
    >
      {group.cameras === 0
        ? "No camera is in it. "
        : `Its ${count(group.cameras, "camera")} and their footage stay, in no group. `}
      Users who are limited to this group alone see no camera then, until an admin gives them another one.
    </Confirmation>
  );
}
