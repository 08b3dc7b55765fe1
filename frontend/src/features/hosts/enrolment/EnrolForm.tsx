import { Button, Checkbox, Group, NativeSelect, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answer, api } from "@/api/client";
import { ApiError } from "@/api/errors";
import type { Host } from "@/api/types";
import { problemOf } from "@/lib/problem";
import type { NewToken } from "../hostQueries";
import { problemsOf, refusedField, requestOf, suggestedForm, VALIDITIES } from "./enrolmentForm";

/** Asks what an enrolment token needs; `hosts` are those whose names are taken. */
export function EnrolForm({
  hosts,
  hostName = "",
  onToken,
  onCancel,
}: {
  hosts: readonly Host[];
  hostName?: string | undefined;
  onToken: (token: NewToken) => void;
  onCancel: () => void;
}) {
  const [form, setForm] = useState(() => suggestedForm(location.hostname, hostName, hostName !== ""));
  const [wasSent, setWasSent] = useState(false);
  const make = useMutation({
    mutationFn: () => answer(api.POST("/api/v1/hosts/enrolment-tokens", { body: requestOf(form) })),
    onSuccess: onToken,
  });
  const refused = make.error instanceof ApiError ? refusedField(make.error.details) : null;
  const problems = wasSent ? problemsOf(form, hosts) : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasSent(true);
    if (Object.keys(problemsOf(form, hosts)).length === 0) make.mutate();
  };
  const change = (part: Partial<typeof form>) => {
    make.reset();
    setForm((was) => ({ ...was, ...part }));
  };
  const errorAt = (field: "hostName" | "networks") =>
    problems[field] ?? (refused === field && make.error !== null ? make.error.message : undefined);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name of the host"
          description="Unique in the fleet; the same as agent.name on the machine."
          placeholder="lab-3"
          value={form.hostName}
          onChange={(event) => change({ hostName: event.currentTarget.value })}
          error={errorAt("hostName")}
          autoComplete="off"
          spellCheck={false}
          required
          data-autofocus
        />
        <Textarea
          label="Networks"
          description="Where the address of the host may lie, one a line: 10.0.0.0/8. Fewer and smaller ones are safer."
          value={form.networks}
          onChange={(event) => change({ networks: event.currentTarget.value })}
          error={errorAt("networks")}
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          required
        />
        <NativeSelect
          label="Good for"
          description="Once, for one host of that name, within this time."
          value={String(form.validHours)}
          onChange={(event) => change({ validHours: Number(event.currentTarget.value) })}
          data={VALIDITIES.map(({ hours, words }) => ({ value: String(hours), label: words }))}
        />
        <Checkbox
          label="It replaces a host of this name"
          description="That one is not listened to any more as soon as this one has enrolled. Its archive stays on its disks."
          checked={form.replacesHost}
          onChange={(event) => change({ replacesHost: event.currentTarget.checked })}
        />
        {make.isError && refused === null && (
          <Text role="alert" size="sm" c="var(--cf-act)">
            {problemOf(make.error)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending}>
            Make the token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
