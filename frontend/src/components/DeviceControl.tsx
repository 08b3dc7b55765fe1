import { Button } from "@mantine/core";
import { IconPlayerPlay, IconPlayerStop, IconRotate, type TablerIcon } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "@/api/client";
import { devicesQuery, hostsQuery } from "@/api/queries";
import type { Device } from "@/api/types";
import { actionsFor, type ControlAction, questionFor, resultOf } from "@/lib/deviceControl";
import { clock } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { useMay } from "@/lib/session";
import { capitalised } from "@/lib/stateMarks";
import { useZone } from "@/lib/ZoneContext";
import { Confirmation } from "./Confirmation";
import classes from "./DeviceControl.module.css";

const ICONS: Readonly<Record<ControlAction, TablerIcon>> = {
  start: IconPlayerPlay,
  stop: IconPlayerStop,
  restart: IconRotate,
};
const ADDRESSES = {
  start: "/api/v1/devices/{host}/{device}/start",
  stop: "/api/v1/devices/{host}/{device}/stop",
  restart: "/api/v1/devices/{host}/{device}/restart",
} as const;

/**
 * Buttons to start, stop and restart the recorder of a device, with confirmation and what came of it.
 * Nothing for users without `hosts:control`, for a device that its host does not have any more, and for a
 * host whose credential was revoked, which nobody could tell.
 */
export function DeviceControl({
  device,
}: {
  device: Pick<Device, "host" | "device" | "label" | "word" | "host_state" | "removed">;
}) {
  const may = useMay("hosts:control");
  const { zone } = useZone();
  const client = useQueryClient();
  // What was asked last stays while the dialog fades.
  const [asked, setAsked] = useState<ControlAction>("stop");
  const [isAsking, setIsAsking] = useState(false);
  const control = useMutation({
    mutationFn: (action: ControlAction) =>
      answer(
        api.POST(ADDRESSES[action], {
          params: { path: { host: device.host, device: device.device } },
        }),
      ),
    onSettled: () => {
      setIsAsking(false);
      void client.invalidateQueries({ queryKey: devicesQuery.queryKey });
      void client.invalidateQueries({ queryKey: hostsQuery.queryKey });
    },
  });
  if (!may || device.removed || device.host_state === "revoked") return null;
  const question = questionFor(asked, device.label);
  const choose = (action: ControlAction) => {
    if (questionFor(action, device.label) === null) control.mutate(action);
    else {
      setAsked(action);
      setIsAsking(true);
    }
  };
  return (
    <div className={classes.control}>
      {actionsFor(device.word).map((action) => {
        const Icon = ICONS[action];
        return (
          <Button
            key={action}
            size="compact-sm"
            variant="default"
            leftSection={<Icon size={14} stroke={1.75} aria-hidden />}
            loading={control.isPending && control.variables === action}
            disabled={control.isPending}
            onClick={() => choose(action)}
            aria-label={`${capitalised(action)} ${device.label}`}
          >
            {capitalised(action)}
          </Button>
        );
      })}
      {/* It is there from the start, empty: a reader of the page is told when it is filled. */}
      <p className={classes.result} role="status">
        {control.isSuccess &&
          resultOf(
            control.data,
            control.data.expires_at === null ? null : clock(Date.parse(control.data.expires_at), zone),
          )}
        {control.isError && <span className={classes.failed}>{problemOf(control.error)}</span>}
      </p>
      <Confirmation
        opened={isAsking}
        title={question?.title ?? ""}
        confirm={question?.confirm ?? ""}
        isDestructive={asked === "stop"}
        isBusy={control.isPending}
        onConfirm={() => control.mutate(asked)}
        onClose={() => setIsAsking(false)}
      >
        {question?.cost}
      </Confirmation>
    </div>
  );
}
