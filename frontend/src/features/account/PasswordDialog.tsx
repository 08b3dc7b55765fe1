import { Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { answerDone, api } from "@/api/client";
import { notify } from "@/components/notify";
import { useMe } from "@/lib/session";
import { EMPTY_FORM, type Field, type Problems, problemsOf, refusalOf } from "./passwordForm";

/** Changes one's own password. */
export default function PasswordDialog({ onClose }: { onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title="Change your password"
      closeButtonProps={{ "aria-label": "Cancel" }}
    >
      <PasswordFields onClose={onClose} />
    </Modal>
  );
}

function PasswordFields({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const [form, setForm] = useState(EMPTY_FORM);
  const [problems, setProblems] = useState<Problems>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [refusals, setRefusals] = useState(0);
  const fields = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // With the render that marks it.
    if (refusals > 0) fields.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  const command = useMutation({
    mutationFn: () =>
      answerDone(
        api.POST("/api/v1/auth/password", {
          body: { current_password: form.current, new_password: form.next },
        }),
      ),
    onSuccess: () => {
      notify({
        title: "Your password is changed",
        message: "Wherever else you were signed in, you sign in again with the new one.",
        kind: "done",
      });
      onClose();
    },
    onError: (error) => {
      const refused = refusalOf(error);
      setProblems(refused.fields);
      setRefusal(refused.other);
      setRefusals((was) => was + 1);
    },
  });
  const field = (name: Field) => ({
    value: form[name],
    error: problems[name],
    "aria-invalid": problems[name] !== undefined,
    required: true,
    visibilityToggleButtonProps: { "aria-label": "Show the password", tabIndex: 0 },
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setForm((was) => ({ ...was, [name]: value }));
      // What is being put right is not complained about meanwhile.
      setProblems(({ [name]: _, ...others }) => others);
      setRefusal(null);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const wrong = problemsOf(form);
    setProblems(wrong);
    if (Object.keys(wrong).length > 0) setRefusals((was) => was + 1);
    else command.mutate();
  };
  return (
    <form ref={fields} onSubmit={submit} noValidate aria-label="Change your password">
      <Stack gap="md">
        {/* For the browser's own memory of passwords: whose it is. */}
        <input type="text" hidden readOnly autoComplete="username" value={me.username} />
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          data-autofocus
          {...field("current")}
        />
        <PasswordInput
          label="New password"
          description="At least 10 characters. A sentence is easy to remember."
          autoComplete="new-password"
          {...field("next")}
        />
        <PasswordInput label="New password once more" autoComplete="new-password" {...field("again")} />
        <Text size="sm" c="var(--cf-quiet)">
          You stay signed in here, and are signed out everywhere else.
        </Text>
        {refusal !== null && (
          <Text role="alert" c="var(--cf-act)" size="sm">
            {refusal}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={command.isPending}>
            Change password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
