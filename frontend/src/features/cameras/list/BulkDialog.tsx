import { Button, Group, Modal, NativeSelect, Progress, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { groupsQuery, hostsQuery } from "@/api/queries";
import { changeCamera, deleteCamera, renewCameras, setActive } from "@/features/cameras/cameraQueries";
import { count } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { useMay } from "@/lib/session";
import classes from "./BulkDialog.module.css";
import {
  type BulkKind,
  type BulkOutcome,
  doForEach,
  outcomeText,
  questionOf,
  splitFor,
  stillChosen,
} from "./bulk";
import type { Chosen } from "./selection";

type Stage =
  | { is: "asking" }
  | { is: "working"; over: number; isStopping: boolean }
  | { is: "over"; outcome: BulkOutcome };

/** Asks, does it for one camera after the other with a bar that grows, and names those that were refused. */
export function BulkDialog({
  kind,
  chosen: chosenNow,
  onClose,
  onDone,
}: {
  kind: BulkKind;
  chosen: readonly Chosen[];
  onClose: () => void;
  /** `left`: those that stay chosen, since it was not done for them. */
  onDone: (left: readonly string[]) => void;
}) {
  const client = useQueryClient();
  const [stage, setStage] = useState<Stage>({ is: "asking" });
  const [target, setTarget] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  // What was asked for, also when those that it was done for are chosen no more.
  const [chosen] = useState(chosenNow);
  const { meant, left, why } = splitFor(kind, chosen);
  // "None" is a choice as well, and a costly one: it is made, not left as it stood there.
  const hasTarget = kind === "group" || kind === "host";
  const { title, cost, confirm } = questionOf(kind, chosen.length, meant);

  const begin = async () => {
    const stopping = new AbortController();
    stop.current = stopping;
    setStage({ is: "working", over: 0, isStopping: false });
    const outcome = await doForEach(
      meant,
      (camera) => carryOut(kind, camera.id, target ?? ""),
      problemOf,
      (over) => setStage({ is: "working", over, isStopping: stopping.signal.aborted }),
      stopping.signal,
    );
    setStage({ is: "over", outcome });
    onDone(stillChosen(outcome));
    await renewCameras(client);
  };
  const stopNow = () => {
    stop.current?.abort();
    setStage((was) => (was.is === "working" ? { ...was, isStopping: true } : was));
  };
  // Closed while it works, nobody would learn what came of it: then there is Stop.
  const isWorking = stage.is === "working";

  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={!isWorking}
      closeOnEscape={!isWorking}
      withCloseButton={!isWorking}
      title={title}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="md">
        {stage.is === "asking" && (
          <>
            {kind === "group" && <GroupTarget value={target} onChange={setTarget} />}
            {kind === "host" && <HostTarget value={target} onChange={setTarget} />}
            <Text size="sm">{cost}</Text>
            {left.length > 0 && (
              <Text size="sm" c="var(--cf-quiet)">
                {count(left.length, "camera")} of these {left.length === 1 ? "is" : "are"} left out: {why}.
              </Text>
            )}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose} data-autofocus={kind === "delete" || undefined}>
                Cancel
              </Button>
              <Button
                color={kind === "delete" || kind === "deactivate" ? "act.7" : "archive"}
                disabled={meant.length === 0 || (hasTarget && target === null)}
                onClick={() => void begin()}
              >
                {confirm} {meant.length === chosen.length ? "" : meant.length}
              </Button>
            </Group>
          </>
        )}
        {stage.is === "working" && (
          <>
            <Progress value={(100 * stage.over) / Math.max(1, meant.length)} aria-label="How far it is" />
            <Text size="sm" role="status" className="tabular">
              {stage.over} of {meant.length}
              {stage.isStopping && ". Stopping: those that have begun are waited for."}
            </Text>
            <Group justify="flex-end">
              <Button variant="default" disabled={stage.isStopping} onClick={stopNow}>
                Stop
              </Button>
            </Group>
          </>
        )}
        {stage.is === "over" && (
          <>
            <Text size="sm" role="status">
              {outcomeText(kind, stage.outcome)}
            </Text>
            {stage.outcome.failures.length > 0 && (
              <ul className={classes.failures} aria-label="What was not done">
                {stage.outcome.failures.map(({ id, name, reason }) => (
                  <li key={id}>
                    <strong>{name}</strong>: {reason}
                  </li>
                ))}
              </ul>
            )}
            <Group justify="flex-end">
              <Button onClick={onClose} data-autofocus>
                Close
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}

async function carryOut(kind: BulkKind, id: string, target: string): Promise<void> {
  switch (kind) {
    case "group":
      await changeCamera(id, { group_id: target === "" ? null : target });
      return;
    case "host":
      await changeCamera(id, { host: target === "" ? null : target });
      return;
    case "activate":
    case "deactivate":
      return setActive(id, kind === "activate");
    case "delete":
      await deleteCamera(id);
  }
}

interface TargetProps {
  /** Empty: none; null: nothing is chosen yet. */
  value: string | null;
  onChange: (value: string) => void;
}

const NOT_CHOSEN = { value: "not chosen", label: "Choose one", disabled: true };

function GroupTarget({ value, onChange }: TargetProps) {
  const groups = useQuery(groupsQuery);
  return (
    <NativeSelect
      label="Group"
      value={value ?? NOT_CHOSEN.value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-autofocus
      data={[
        ...(value === null ? [NOT_CHOSEN] : []),
        { value: "", label: "No group" },
        ...(groups.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  );
}

function HostTarget({ value, onChange }: TargetProps) {
  const hosts = useQuery({ ...hostsQuery, enabled: useMay("hosts:read") });
  return (
    <NativeSelect
      label="Host"
      value={value ?? NOT_CHOSEN.value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-autofocus
      data={[
        ...(value === null ? [NOT_CHOSEN] : []),
        { value: "", label: "No host: recording stops" },
        ...(hosts.data ?? []).map(({ name, state }) => ({
          value: name,
          label: state === "online" ? name : `${name} (${state})`,
        })),
      ]}
    />
  );
}
