import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Confirmation } from "@/components/Confirmation";
import { notify } from "@/components/notify";
import { problemOf } from "@/lib/problem";
import { deleteCamera, renewCameras, renewWithoutDeleted, setActive } from "./cameraQueries";
import type { Camera } from "./cameraTypes";

export type CameraQuestionKind = "activate" | "deactivate" | "delete";

interface Words {
  verb: string;
  done: string;
  cost: (camera: Camera) => string;
}

const WORDS: Readonly<Record<CameraQuestionKind, Words>> = {
  activate: {
    verb: "Activate",
    done: "is active",
    cost: ({ host }) =>
      host === null
        ? "It is checked every minute again."
        : `It is checked every minute again, and ${host} records it.`,
  },
  deactivate: {
    verb: "Deactivate",
    done: "is switched off",
    cost: ({ managed_by, host }) =>
      managed_by === "host"
        ? `It is not checked any more. Whether ${host ?? "its host"} records it is said in that host's host.toml.`
        : "Nothing of it is recorded or checked until somebody activates it again: that time cannot be got back. Footage that is there stays until its retention ends.",
  },
  delete: {
    verb: "Delete",
    done: "is deleted",
    cost: ({ host, managed_by }) =>
      `Its health history and snapshots are gone. ${
        host === null
          ? "No host records it now; footage of hosts that did stays there until its retention ends."
          : managed_by === "host"
            ? `${host} names it in its own host.toml: while it stands there, ${host} goes on recording, and the camera comes back here with its next report.`
            : `${host} stops recording it; its footage stays there until its retention ends.`
      }`,
  },
};

/** Asks before a camera is switched on or off or deleted, and says why it was refused. */
export function CameraQuestion({
  camera,
  kind,
  onClose,
  onDone,
}: {
  camera: Camera;
  kind: CameraQuestionKind;
  onClose: () => void;
  onDone?: () => void;
}) {
  const client = useQueryClient();
  const { verb, done, cost } = WORDS[kind];
  const command = useMutation({
    mutationFn: async () => {
      if (kind === "delete") return deleteCamera(camera.id);
      await setActive(camera.id, kind === "activate");
      return "";
    },
    onSuccess: (more) => {
      notify({ title: `${camera.name} ${done}`, message: more, kind: "done" });
      onClose();
      onDone?.();
      void (kind === "delete" ? renewWithoutDeleted(client) : renewCameras(client));
    },
  });
  return (
    <Confirmation
      opened
      title={`${verb} ${camera.name}?`}
      confirm={verb}
      isDestructive={kind !== "activate"}
      isBusy={command.isPending}
      problem={command.isError ? problemOf(command.error) : null}
      onConfirm={() => command.mutate()}
      onClose={onClose}
    >
      {cost(camera)}
    </Confirmation>
  );
}
