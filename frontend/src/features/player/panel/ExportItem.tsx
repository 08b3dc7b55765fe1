import { Button, Progress } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { ApiError } from "@/api/errors";
import type { Clip } from "@/api/types";
import { bytes, duration } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { useZone } from "@/lib/ZoneContext";
import { spanText } from "../timeline/moment";
import classes from "./ExportTab.module.css";
import type { ExportOrder } from "./exportOrders";

const ASKED_EVERY_MS = 1_000;
const ASKED_AGAIN_MS = 10_000;
// Hosts keep what is made for a day: a page may well be open longer.
const STILL_THERE_EVERY_MS = 60_000;

/** One export: how far it is, its file, or why there is none. */
export function ExportItem({
  order,
  isElsewhere,
  onRemove,
}: {
  order: ExportOrder;
  /** Whether it is of another device than the one that is shown. */
  isElsewhere: boolean;
  onRemove: (id: string) => void;
}) {
  const { zone } = useZone();
  const path = { host: order.host, device: order.device, clip_id: order.id };
  const clip = useQuery({
    queryKey: ["clips", order.host, order.device, order.id],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/devices/{host}/{device}/clips/{clip_id}", { params: { path }, signal })),
    refetchInterval: (asked) => {
      if (isGone(asked.state.error)) return false;
      if (asked.state.status === "error") return ASKED_AGAIN_MS;
      return isUnfinished(asked.state.data) ? ASKED_EVERY_MS : STILL_THERE_EVERY_MS;
    },
    retry: false,
  });
  const removal = useMutation({
    mutationFn: async () => {
      try {
        await answer(api.DELETE("/api/v1/devices/{host}/{device}/clips/{clip_id}", { params: { path } }));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
    onSuccess: () => onRemove(order.id),
  });
  const found = clip.data;
  const isRunning = isUnfinished(found) && !clip.isError;
  return (
    <li className={classes.order} data-state={found?.state}>
      <p className={classes.range}>
        {spanText(order, zone)} <span className={classes.hint}>{duration(order.to - order.from)}</span>
      </p>
      {isElsewhere && (
        <p className={classes.hint}>
          {order.host}/{order.device}
        </p>
      )}
      {isRunning && (
        <Progress
          value={(found?.progress ?? 0) * 100}
          size="sm"
          aria-label={`Export of ${spanText(order, zone)}`}
        />
      )}
      <p className={classes.hint} role="status">
        {clip.isError
          ? goneText(clip.error)
          : found === undefined
            ? "Waiting for its host…"
            : stateText(found)}
      </p>
      {removal.isError && (
        <p role="alert" className={classes.failed}>
          {problemOf(removal.error)}
        </p>
      )}
      <div className={classes.actions}>
        {found?.state === "done" && found.file !== null && !clip.isError && (
          <Button component="a" href={found.file} download={found.file_name ?? true} size="compact-sm">
            Download {found.file_name?.endsWith(".zip") === true ? "ZIP" : "MP4"}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          loading={removal.isPending}
          onClick={() => removal.mutate()}
          aria-label={`${isRunning ? "Cancel" : "Remove"} the export of ${spanText(order, zone)}`}
        >
          {isRunning ? "Cancel" : "Remove"}
        </Button>
      </div>
    </li>
  );
}

function isUnfinished(clip: Clip | undefined): boolean {
  return clip === undefined || clip.state === "queued" || clip.state === "running";
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 410);
}

function goneText(error: unknown): string {
  return isGone(error) ? "Its host does not keep it any more. Export the range again." : problemOf(error);
}

function stateText(clip: Clip): string {
  if (clip.state === "done") return `${duration(clip.footage_ms)} · ${bytes(clip.size_bytes ?? 0)}`;
  if (clip.state === "running") return `${Math.round(clip.progress * 100)} % · ${clip.message}`;
  return clip.message;
}
