import { Button, Group } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerDone, api } from "@/api/client";
import type { Host } from "@/api/types";
import { Confirmation } from "@/components/Confirmation";
import { Section } from "@/components/Section";
import { problemOf } from "@/lib/problem";
import { EnrolDialog } from "./enrolment/EnrolDialog";
import { Removal } from "./Removal";

/** For admins: end a host's credential, let it in again, or remove it for good. */
export function Readmission({ host }: { host: Host }) {
  const client = useQueryClient();
  const [isRevoking, setIsRevoking] = useState(false);
  const [isEnrolling, setIsEnrolling] = useState(false);
  const revoke = useMutation({
    mutationFn: () =>
      answerDone(api.DELETE("/api/v1/hosts/{host}/credential", { params: { path: { host: host.name } } })),
    onSuccess: async () => {
      setIsRevoking(false);
      await client.invalidateQueries({ queryKey: ["hosts"] });
      await client.invalidateQueries({ queryKey: ["devices"] });
    },
  });
  const hasCredential = host.state !== "revoked" && host.enrolled_at !== null;
  return (
    <Section
      title="Credential"
      hint={
        hasCredential
          ? "It proves that reports come from this host. Revoke it when the machine was lost, stolen or replaced."
          : "This host is not listened to. A new enrolment token lets it in again. Remove it when its machine is gone for good."
      }
    >
      <Group gap="xs">
        {hasCredential && (
          <Button
            size="compact-sm"
            variant="outline"
            color="var(--cf-act)"
            onClick={() => {
              revoke.reset();
              setIsRevoking(true);
            }}
          >
            Revoke the credential
          </Button>
        )}
        {!hasCredential && (
          <Button size="compact-sm" variant="default" onClick={() => setIsEnrolling(true)}>
            Enrol {host.name} again
          </Button>
        )}
        {host.state === "revoked" && <Removal host={host} />}
      </Group>
      <Confirmation
        opened={isRevoking}
        title={`Revoke the credential of ${host.name}?`}
        confirm="Revoke"
        isDestructive
        typed={host.name}
        isBusy={revoke.isPending}
        problem={revoke.isError ? problemOf(revoke.error) : null}
        onConfirm={() => revoke.mutate()}
        onClose={() => setIsRevoking(false)}
      >
        The gateway does not listen to it any more: its pictures, its archive and its control are gone from
        these pages until it is enrolled again with a new token on the machine itself. It goes on recording by
        itself.
      </Confirmation>
      <EnrolDialog
        opened={isEnrolling}
        onClose={() => setIsEnrolling(false)}
        hosts={[host]}
        hostName={host.name}
      />
    </Section>
  );
}
