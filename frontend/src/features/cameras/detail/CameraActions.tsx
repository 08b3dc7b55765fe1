import { Button } from "@mantine/core";
import {
  IconCamera,
  IconPencil,
  IconPlayerPlay,
  IconPlugConnected,
  IconPower,
  IconTrash,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import type { CameraQuestionKind } from "@/features/cameras/CameraQuestion";
import { deviceOf } from "@/features/cameras/cameraFacts";
import { renewCameras } from "@/features/cameras/cameraQueries";
import type { Camera } from "@/features/cameras/cameraTypes";
import { playerPath } from "@/lib/deviceAddress";
import { useMay } from "@/lib/session";
import classes from "./CameraActions.module.css";
import { SnapshotResult, TestResult } from "./CameraResults";
import { takeSnapshot, testConnection } from "./detailQueries";

/** What can be done with a camera, and what came of trying it. */
export function CameraActions({
  camera,
  onEdit,
  onAsk,
}: {
  camera: Camera;
  onEdit: () => void;
  onAsk: (kind: CameraQuestionKind) => void;
}) {
  const client = useQueryClient();
  const mayWrite = useMay("cameras:write");
  const mayWatch = useMay("archive:read");
  const device = deviceOf(camera);
  const renew = () => void renewCameras(client);
  const test = useMutation({ mutationFn: () => testConnection(camera.id), onSettled: renew });
  const snapshot = useMutation({ mutationFn: () => takeSnapshot(camera.id), onSettled: renew });
  return (
    <div>
      <div className={classes.actions}>
        {device !== null && mayWatch && (
          <Button
            component={Link}
            to={playerPath(device)}
            size="xs"
            leftSection={<IconPlayerPlay size={14} stroke={1.75} aria-hidden />}
          >
            Open the player
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlugConnected size={14} stroke={1.75} aria-hidden />}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          Test connection
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconCamera size={14} stroke={1.75} aria-hidden />}
          loading={snapshot.isPending}
          onClick={() => snapshot.mutate()}
        >
          Take a snapshot
        </Button>
        {mayWrite && (
          <>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPencil size={14} stroke={1.75} aria-hidden />}
              onClick={onEdit}
            >
              Edit
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPower size={14} stroke={1.75} aria-hidden />}
              onClick={() => onAsk(camera.is_active ? "deactivate" : "activate")}
            >
              {camera.is_active ? "Deactivate" : "Activate"}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconTrash size={14} stroke={1.75} aria-hidden />}
              onClick={() => onAsk("delete")}
            >
              Delete
            </Button>
          </>
        )}
      </div>
      {/* They are there from the start, empty: a reader of the page is told when they are filled. */}
      <div role="status">
        <TestResult test={test} />
      </div>
      <div role="status">
        <SnapshotResult snapshot={snapshot} camera={camera} />
      </div>
    </div>
  );
}
