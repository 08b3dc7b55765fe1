import { IconVideoOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { ApiError } from "@/api/errors";
import { Time } from "@/components/Time";
import { deviceOf } from "@/features/cameras/cameraFacts";
import type { Camera } from "@/features/cameras/cameraTypes";
import type { DeviceName } from "@/lib/deviceAddress";
import { roughly } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { useMay } from "@/lib/session";
import { useNow } from "@/lib/useNow";
import { useObjectUrl } from "@/lib/useObjectUrl";
import classes from "./CameraPicture.module.css";
import { newestPictureQuery, snapshotsQuery } from "./detailQueries";

// One that its host renews is not older than that.
const OLD_AFTER_MS = 20_000;

/** What the camera shows: its host's newest picture where it is recorded, else the last snapshot. */
export function CameraPicture({ camera }: { camera: Camera }) {
  const device = deviceOf(camera);
  const mayWatch = useMay("archive:read");
  return (
    <figure className={classes.figure}>
      {device !== null && mayWatch ? (
        <Newest camera={camera} device={device} />
      ) : (
        <LastSnapshot camera={camera} why="No host records this camera." />
      )}
    </figure>
  );
}

function Newest({ camera, device }: { camera: Camera; device: DeviceName }) {
  const picture = useQuery(newestPictureQuery(device));
  const url = useObjectUrl(picture.data?.blob);
  const now = useNow();
  if (picture.data === undefined || picture.isError) {
    if (picture.isPending) return <Frame>Waiting for a picture of {device.host}…</Frame>;
    return <LastSnapshot camera={camera} why={whyNone(picture.error, camera, device)} />;
  }
  const takenMs = picture.data.takenAt === null ? null : Date.parse(picture.data.takenAt);
  const isOld = takenMs !== null && now - takenMs > OLD_AFTER_MS;
  return (
    <>
      <Frame>{url !== null && <img src={url} alt={`What ${camera.name} shows`} data-old={isOld} />}</Frame>
      <figcaption className={classes.caption}>
        {takenMs === null ? (
          "Newest picture"
        ) : (
          <>
            {isOld ? `${roughly(now - takenMs)} old, taken ` : "Newest picture, taken "}
            <Time at={takenMs} withDay={isOld} />
          </>
        )}
      </figcaption>
    </>
  );
}

function whyNone(error: unknown, camera: Camera, { host }: DeviceName): string {
  if (!camera.is_active && camera.managed_by === "gateway") return "It is switched off: nobody records it.";
  // Its host has not taken it over yet, or not reported it.
  if (error instanceof ApiError && error.status === 404) return `${host} has not begun to record it yet.`;
  return problemOf(error);
}

function LastSnapshot({ camera, why }: { camera: Camera; why: string }) {
  const snapshots = useQuery(snapshotsQuery(camera.id, 1));
  const last = snapshots.data?.data[0];
  if (last === undefined) {
    return (
      <>
        <Frame>
          <IconVideoOff size={28} stroke={1.5} aria-hidden />
          {snapshots.isPending ? "Waiting for the last snapshot…" : "There is no picture of it yet."}
        </Frame>
        <figcaption className={classes.caption}>{why} Take a snapshot to see what it shows.</figcaption>
      </>
    );
  }
  return (
    <>
      <Frame>
        <img src={last.url} alt={`What ${camera.name} showed`} />
      </Frame>
      <figcaption className={classes.caption}>
        Snapshot of <Time at={last.taken_at ?? last.createdAt} withDay />. {why}
      </figcaption>
    </>
  );
}

function Frame({ children }: { children: React.ReactNode }) {
  return <div className={classes.frame}>{children}</div>;
}
