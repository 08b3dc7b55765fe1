import { Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Host } from "@/api/types";
import { type NewToken, tokensQuery } from "../hostQueries";
import { EnrolForm } from "./EnrolForm";
import { NewTokenSteps } from "./NewTokenSteps";

/** Makes a token for a host, then says what to do with it on that machine. `hostName`: of one to let in again. */
export function EnrolDialog({
  opened,
  onClose,
  hosts,
  hostName,
}: {
  opened: boolean;
  onClose: () => void;
  hosts: readonly Host[];
  hostName?: string;
}) {
  const client = useQueryClient();
  const [token, setToken] = useState<NewToken | null>(null);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      // The secret is forgotten when the dialog is gone, not while it fades.
      onExitTransitionEnd={() => setToken(null)}
      // Neither a click beside it nor Escape must lose what is shown only once.
      closeOnClickOutside={token === null}
      closeOnEscape={token === null}
      title={token === null ? "Enrol a host" : `Enrol ${token.host_name}`}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {token === null ? (
        <EnrolForm
          hosts={hosts}
          hostName={hostName}
          onCancel={onClose}
          onToken={(made) => {
            setToken(made);
            void client.invalidateQueries({ queryKey: tokensQuery.queryKey });
          }}
        />
      ) : (
        <NewTokenSteps token={token} onDone={onClose} />
      )}
    </Modal>
  );
}
