import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Failed, Loading } from "@/components/PageState";
import { cameraQuery } from "@/features/cameras/cameraQueries";
import type { Camera } from "@/features/cameras/cameraTypes";
import { CameraFields } from "./CameraFields";

/**
 * The form for a new camera or for one that is there. `wanted`: what the address asks for: "new", the id of a
 * camera, or null for no form; `set` changes it. What was typed is not lost without a question, neither by
 * Escape nor by going back.
 */
export function CameraDialog({
  wanted,
  set,
}: {
  wanted: string | null;
  set: (wanted: string | null) => void;
}) {
  const [isDirty, setIsDirty] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  // Stays while somebody is asked whether what they typed may go.
  const [shown, setShown] = useState(wanted);
  if (wanted !== shown) {
    if (wanted === null && isDirty) {
      if (!isAsking) setIsAsking(true);
    } else {
      setShown(wanted);
      setIsAsking(false);
      setIsDirty(false);
    }
  }
  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isDirty]);
  const close = () => {
    setIsAsking(false);
    setIsDirty(false);
    setShown(null);
    if (wanted !== null) set(null);
  };
  const leave = () => (isDirty ? setIsAsking(true) : close());
  const goOn = () => {
    setIsAsking(false);
    if (wanted !== shown) set(shown);
  };
  return (
    <Modal
      opened={shown !== null}
      onClose={leave}
      title={shown === "new" ? "Add a camera" : "Edit camera"}
      size="lg"
      closeButtonProps={{ "aria-label": "Close the form" }}
      closeOnClickOutside={!isDirty}
    >
      {isAsking && (
        <Stack gap="md" mb="md" role="alertdialog" aria-label="What you typed is not saved">
          <Text size="sm">What you typed is not saved.</Text>
          <Group gap="xs">
            <Button size="xs" onClick={goOn} data-autofocus ref={(button) => button?.focus()}>
              Go on editing
            </Button>
            <Button size="xs" variant="default" onClick={close}>
              Discard it
            </Button>
          </Group>
        </Stack>
      )}
      {shown === "new" && (
        <CameraFields camera={null} onDirty={setIsDirty} onCancel={leave} onClose={close} />
      )}
      {shown !== null && shown !== "new" && (
        <Known id={shown} onDirty={setIsDirty} onCancel={leave} onClose={close} />
      )}
    </Modal>
  );
}

function Known({
  id,
  ...handlers
}: {
  id: string;
  onDirty: (isDirty: boolean) => void;
  onCancel: () => void;
  onClose: () => void;
}) {
  const camera = useQuery(cameraQuery(id));
  // What is edited must not change below one's hands, and must be no older than what was saved last.
  const [edited, setEdited] = useState<Camera | null>(null);
  const isCurrent = camera.isFetchedAfterMount ? !camera.isError : !camera.isStale;
  if (edited === null && camera.data !== undefined && isCurrent) setEdited(camera.data);
  if (edited !== null) return <CameraFields camera={edited} {...handlers} />;
  return camera.isError ? (
    <Failed error={camera.error} retry={() => void camera.refetch()} />
  ) : (
    <Loading what="the camera" />
  );
}
