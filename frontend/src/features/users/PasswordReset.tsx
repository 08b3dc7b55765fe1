import { Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import type { User } from "@/api/types";
import { notify } from "@/components/notify";
import { formOf, problemsOf, refusalOf } from "./userForm";
import { useUserCommand } from "./userQueries";

/** Gives a user another password, which ends all that they are signed in to. */
export function PasswordReset({ user, onClose }: { user: User; onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Reset the password of ${user.username}?`}
      centered
      closeButtonProps={{ "aria-label": "Cancel" }}
    >
      <NewPassword user={user} onClose={onClose} />
    </Modal>
  );
}

function NewPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const command = useUserCommand();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    // As of a new user: here it must be given.
    const wrong = problemsOf({ ...formOf(user), password }, true).password;
    if (wrong !== undefined) {
      setProblem(wrong);
      return;
    }
    command.mutate(
      { kind: "change", id: user.id, changes: { password } },
      {
        onSuccess: () => {
          notify({ title: `${user.username} has a new password`, kind: "done" });
          onClose();
        },
        onError: (error) => {
          const refused = refusalOf(error);
          setProblem(refused.fields.password ?? refused.other);
        },
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate aria-label={`New password for ${user.username}`}>
      <Stack gap="md">
        <Text>
          They are signed out everywhere at once and sign in with the new password. Tell it to them in person;
          they can change it in the menu of their account.
        </Text>
        <PasswordInput
          label="New password"
          description="At least 10 characters. A sentence is easy to remember."
          required
          autoComplete="new-password"
          data-autofocus
          visibilityToggleButtonProps={{ "aria-label": "Show the password", tabIndex: 0 }}
          value={password}
          error={problem}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
            setProblem(null);
          }}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="act.7" loading={command.isPending}>
            Reset password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
