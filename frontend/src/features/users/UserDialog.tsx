import { Button, Checkbox, Group, Modal, PasswordInput, Radio, Stack, Text, TextInput } from "@mantine/core";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import type { User } from "@/api/types";
import { notify } from "@/components/notify";
import { useMe } from "@/lib/session";
import { useAfterPress } from "@/lib/useAfterPress";
import { GroupChoice } from "./GroupChoice";
import {
  changesOf,
  EMPTY_FORM,
  type Field,
  formOf,
  isRole,
  mayBeLimited,
  newUserOf,
  type Problems,
  problemsOf,
  ROLE_WORDS,
  ROLES,
  refusalOf,
  type UserForm,
} from "./userForm";
import { useUserCommand } from "./userQueries";

/** A form for a new user (`user` null) or for one who is there. */
export function UserDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={user === null ? "New user" : `Edit ${user.username}`}
      closeButtonProps={{ "aria-label": "Cancel" }}
    >
      <UserFields user={user} onClose={onClose} />
    </Modal>
  );
}

function UserFields({ user, onClose }: { user: User | null; onClose: () => void }) {
  const me = useMe();
  const [form, setForm] = useState<UserForm>(() => (user === null ? EMPTY_FORM : formOf(user)));
  const [problems, setProblems] = useState<Problems>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [refusals, setRefusals] = useState(0);
  const fields = useRef<HTMLFormElement>(null);
  const command = useUserCommand();
  const afterPress = useAfterPress();
  useEffect(() => {
    // With the render that marks it.
    if (refusals > 0) fields.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);

  const change = (changed: Partial<UserForm>) => {
    setForm((was) => ({ ...was, ...changed }));
    // What is being put right is not complained about meanwhile.
    setProblems((was) => Object.fromEntries(Object.entries(was).filter(([field]) => !(field in changed))));
    setRefusal(null);
  };
  const leave = (field: Field) => {
    const wrong = problemsOf(form, user === null)[field];
    // An empty field that one only passed is no mistake yet.
    if (wrong !== undefined && form[field] !== "") setProblems((was) => ({ ...was, [field]: wrong }));
  };
  const text = (field: "username" | "email" | "password") => ({
    value: form[field],
    error: problems[field],
    onChange: (event: { currentTarget: { value: string } }) => change({ [field]: event.currentTarget.value }),
    onBlur: () => afterPress(() => leave(field)),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const wrong = problemsOf(form, user === null);
    setProblems(wrong);
    if (Object.keys(wrong).length > 0) {
      setRefusals((was) => was + 1);
      return;
    }
    const changes = user === null ? null : changesOf(form, user);
    if (changes !== null && Object.keys(changes).length === 0) {
      onClose();
      return;
    }
    command.mutate(
      user === null || changes === null
        ? { kind: "create", user: newUserOf(form) }
        : { kind: "change", id: user.id, changes },
      {
        onSuccess: () => {
          const name = form.username.trim();
          notify({ title: user === null ? `${name} can sign in now` : `${name} is changed`, kind: "done" });
          onClose();
        },
        onError: (error) => {
          const refused = refusalOf(error);
          setProblems(refused.fields);
          setRefusal(refused.other);
          setRefusals((was) => was + 1);
        },
      },
    );
  };

  return (
    <form
      ref={fields}
      onSubmit={submit}
      noValidate
      aria-label={user === null ? "New user" : `Edit ${user.username}`}
    >
      <Stack gap="md">
        <TextInput
          label="User name"
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          {...text("username")}
        />
        <TextInput label="E-mail" type="email" required autoComplete="off" {...text("email")} />
        <PasswordInput
          label={user === null ? "Password" : "New password"}
          description={
            user === null
              ? "At least 10 characters. A sentence is easy to remember."
              : "Empty: stays as it is. A new one signs the user out everywhere."
          }
          required={user === null}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": "Show the password", tabIndex: 0 }}
          {...text("password")}
        />
        <Radio.Group
          label="Role"
          value={form.role}
          error={problems.role}
          onChange={(role) => isRole(role) && change({ role })}
        >
          <Stack gap={8} mt={6}>
            {ROLES.map((role) => (
              <Radio
                key={role}
                value={role}
                label={ROLE_WORDS[role].name}
                description={ROLE_WORDS[role].may}
              />
            ))}
          </Stack>
        </Radio.Group>
        {mayBeLimited(form) && (
          <Checkbox
            label="Sees only the cameras of some groups"
            checked={form.isLimited}
            error={problems.isLimited}
            onChange={(event) => change({ isLimited: event.currentTarget.checked })}
          />
        )}
        {mayBeLimited(form) && form.isLimited && (
          <GroupChoice
            chosen={form.groupIds}
            problem={problems.groupIds}
            onChoose={(groupIds) => change({ groupIds })}
          />
        )}
        <Checkbox
          label="May sign in"
          checked={form.isActive}
          error={problems.isActive}
          onChange={(event) => change({ isActive: event.currentTarget.checked })}
        />
        {user?.id === me.id && (
          <Text size="sm" c="var(--cf-quiet)">
            This is your own account. With a new password you sign in again.
          </Text>
        )}
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
            {user === null ? "Create user" : "Save"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
