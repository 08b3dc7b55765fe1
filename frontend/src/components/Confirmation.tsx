import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";

interface ConfirmationProps {
  opened: boolean;
  title: string;
  /** What it costs, what follows from it. */
  children: ReactNode;
  /** What the button says: "Stop recording". */
  confirm: string;
  onConfirm: () => void;
  onClose: () => void;
  /** Red: what is lost does not come back. */
  isDestructive?: boolean;
  isBusy?: boolean;
  /** Must be typed first, for what many feel. */
  typed?: string;
  /** A sentence; why the last try failed. */
  problem?: string | null;
}

/** Asks before something is done that costs something. Escape and Cancel do nothing. */
export function Confirmation(props: ConfirmationProps) {
  const { opened, title, onClose } = props;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": "Cancel" }}
    >
      <Question {...props} />
    </Modal>
  );
}

// Its own component: what was typed is forgotten whenever the dialog closes.
function Question({
  children,
  confirm,
  onConfirm,
  onClose,
  isDestructive = false,
  isBusy = false,
  typed,
  problem = null,
}: ConfirmationProps) {
  const [text, setText] = useState("");
  const mayGo = typed === undefined || text.trim() === typed;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mayGo && !isBusy) onConfirm();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div>{children}</div>
        {typed !== undefined && (
          <TextInput
            label={`Type ${typed} to confirm`}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        )}
        {problem !== null && (
          <Text role="alert" c="var(--cf-act)" size="sm">
            {problem}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus={typed === undefined || undefined}>
            Cancel
          </Button>
          <Button
            type="submit"
            // The second half of a double click comes before `isBusy` does.
            onClick={(click) => click.detail > 1 && click.preventDefault()}
            color={isDestructive ? "act.7" : "archive"}
            loading={isBusy}
            disabled={!mayGo}
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
