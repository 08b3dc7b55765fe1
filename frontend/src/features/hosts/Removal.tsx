import { Button, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { answerDone, api } from "@/api/client";
import type { Host } from "@/api/types";
import { Confirmation } from "@/components/Confirmation";
import { notify } from "@/components/notify";
import { problemOf } from "@/lib/problem";
import { removalSentences } from "./removal";

/** For admins: take a revoked host out of the fleet for good. */
export function Removal({ host }: { host: Host }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, setIsAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () =>
      answerDone(api.DELETE("/api/v1/hosts/{host}", { params: { path: { host: host.name } } })),
    onSuccess: async () => {
      notify({ title: `${host.name} is removed`, kind: "done" });
      await navigate("/hosts");
      client.removeQueries({ queryKey: ["hosts", host.name] });
      await Promise.all(
        ["hosts", "devices", "cameras"].map((key) => client.invalidateQueries({ queryKey: [key] })),
      );
    },
  });
  const { goes, stays } = removalSentences(host.devices.length);
  return (
    <>
      <Button
        size="compact-sm"
        variant="outline"
        color="var(--cf-act)"
        onClick={() => {
          remove.reset();
          setIsAsking(true);
        }}
      >
        Remove {host.name}
      </Button>
      <Confirmation
        opened={isAsking}
        title={`Remove ${host.name} for good?`}
        confirm="Remove"
        isDestructive
        typed={host.name}
        isBusy={remove.isPending}
        problem={remove.isError ? problemOf(remove.error) : null}
        onConfirm={() => remove.mutate()}
        onClose={() => setIsAsking(false)}
      >
        <Stack gap="xs">
          <Text>{goes}</Text>
          <Text>{stays}</Text>
        </Stack>
      </Confirmation>
    </>
  );
}
