import { Confirmation } from "@/components/Confirmation";

/** Asks before a job that runs is ended. */
export function CancelQuestion({
  opened,
  isBusy,
  onConfirm,
  onClose,
}: {
  opened: boolean;
  isBusy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Confirmation
      opened={opened}
      title="End this job?"
      confirm="End it"
      isDestructive
      isBusy={isBusy}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      It is ended in the middle of what it does, within a few seconds. It is not tried again by itself.
    </Confirmation>
  );
}
