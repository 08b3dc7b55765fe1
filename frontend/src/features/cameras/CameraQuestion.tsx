import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Confirmation } from "@/components/Confirmation";
import { notify } from "@/components/notify";
import { problemOf } from "@/lib/problem";
import { deleteCamera, renewCameras, renewWithoutDeleted, setActive } from "./cameraQueries";
import { type CameraQuestionKind, costOf, whyKept } from "./cameraQuestions";
import type { Camera } from "./cameraTypes";

export type { CameraQuestionKind } from "./cameraQuestions";

const WORDS: Readonly<Record<CameraQuestionKind, { verb: string; done: string }>> = {
  activate: { verb: "Activate", done: "is active" },
  deactivate: { verb: "Deactivate", done: "is switched off" },
  delete: { verb: "Delete", done: "is deleted" },
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
  const { verb, done } = WORDS[kind];
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
  const kept = kind === "delete" ? whyKept(camera) : null;
  if (kept !== null) return <Kept name={camera.name} why={kept} onClose={onClose} />;
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
      {costOf(kind, camera)}
    </Confirmation>
  );
}

/** Says why a camera stays. */
function Kept({ name, why, onClose }: { name: string; why: string; onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${name} cannot be deleted here yet`}
      centered
      closeButtonProps={{ "aria-label": "Close the explanation" }}
    >
      <Stack gap="md">
        <Text size="sm">{why}</Text>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
