import { Button, Group, Modal } from "@mantine/core";
import { IconDownload, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Confirmation } from "@/components/Confirmation";
import { notify } from "@/components/notify";
import { Failed, Loading } from "@/components/PageState";
import { Time } from "@/components/Time";
import { renewCameras } from "@/features/cameras/cameraQueries";
import type { Camera, Snapshot } from "@/features/cameras/cameraTypes";
import { bytes, roughly } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { useMay } from "@/lib/session";
import { useNow } from "@/lib/useNow";
import classes from "./CameraSnapshots.module.css";
import { deleteSnapshot, snapshotsQuery } from "./detailQueries";
import { downloadSnapshot } from "./results";

const FIRST = 12;
const MOST = 100;
const MINUTE_MS = 60_000;

/** The pictures that were taken of a camera and are still kept. */
export function CameraSnapshots({ camera }: { camera: Camera }) {
  const [size, setSize] = useState(FIRST);
  const [open, setOpen] = useState<Snapshot | null>(null);
  const snapshots = useQuery(snapshotsQuery(camera.id, size));
  if (snapshots.data === undefined) {
    return snapshots.isError ? (
      <Failed error={snapshots.error} retry={() => void snapshots.refetch()} />
    ) : (
      <Loading what="the snapshots" />
    );
  }
  const { data, meta } = snapshots.data;
  if (data.length === 0) {
    return (
      <p className={classes.none}>
        None is kept. “Take a snapshot” above makes one, which is kept for a week.
      </p>
    );
  }
  return (
    <>
      <ul className={classes.list}>
        {data.map((snapshot) => (
          <li key={snapshot.id}>
            <Tile snapshot={snapshot} onOpen={() => setOpen(snapshot)} />
          </li>
        ))}
      </ul>
      {meta.total > data.length && size < MOST && (
        <Button mt="sm" size="compact-sm" variant="default" onClick={() => setSize(MOST)}>
          Show more
        </Button>
      )}
      {open !== null && <Large camera={camera} snapshot={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function Tile({ snapshot, onOpen }: { snapshot: Snapshot; onOpen: () => void }) {
  const now = useNow(MINUTE_MS);
  const takenAt = snapshot.taken_at ?? snapshot.createdAt;
  return (
    <button type="button" className={classes.tile} onClick={onOpen}>
      {/* The words below it say which one it is. */}
      <img src={snapshot.thumbnail_url ?? snapshot.url} alt="" loading="lazy" />
      <span>
        <Time at={takenAt} withDay />
      </span>
      {snapshot.expiry_date !== null && (
        <span className={classes.quiet}>kept {roughly(Date.parse(snapshot.expiry_date) - now)} more</span>
      )}
    </button>
  );
}

function Large({ camera, snapshot, onClose }: { camera: Camera; snapshot: Snapshot; onClose: () => void }) {
  const client = useQueryClient();
  const mayWrite = useMay("cameras:write");
  const [isAsking, setIsAsking] = useState(false);
  const deletion = useMutation({
    mutationFn: () => deleteSnapshot(camera.id, snapshot.id),
    onSuccess: () => {
      onClose();
      void renewCameras(client);
    },
  });
  const download = () =>
    downloadSnapshot(camera, snapshot).catch((error: unknown) =>
      notify({ title: "The snapshot could not be saved", message: problemOf(error), kind: "problem" }),
    );
  return (
    <>
      <Modal
        opened={!isAsking}
        onClose={onClose}
        title={`Snapshot of ${camera.name}`}
        size="xl"
        closeButtonProps={{ "aria-label": "Close the snapshot" }}
      >
        <img className={classes.large} src={snapshot.url} alt={`${camera.name} when it was taken`} />
        <p className={classes.facts}>
          <Time at={snapshot.taken_at ?? snapshot.createdAt} withDay />
          {snapshot.file_size !== null && <span>{bytes(snapshot.file_size)}</span>}
          <span>{snapshot.source === "host" ? "from its host's newest frame" : "from its stream"}</span>
          {snapshot.expiry_date !== null && (
            <span>
              kept until <Time at={snapshot.expiry_date} withDay />
            </span>
          )}
        </p>
        <Group gap="xs" mt="sm">
          <Button
            size="xs"
            leftSection={<IconDownload size={14} stroke={1.75} aria-hidden />}
            onClick={() => void download()}
          >
            Download
          </Button>
          {mayWrite && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconTrash size={14} stroke={1.75} aria-hidden />}
              onClick={() => setIsAsking(true)}
            >
              Delete
            </Button>
          )}
        </Group>
      </Modal>
      <Confirmation
        opened={isAsking}
        title="Delete this snapshot?"
        confirm="Delete"
        isDestructive
        isBusy={deletion.isPending}
        problem={deletion.isError ? problemOf(deletion.error) : null}
        onConfirm={() => deletion.mutate()}
        onClose={() => setIsAsking(false)}
      >
        The picture is gone then. Footage of that moment stays, where it was recorded.
      </Confirmation>
    </>
  );
}
