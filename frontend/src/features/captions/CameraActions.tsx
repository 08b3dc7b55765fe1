import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { cameraPath } from "@/lib/cameraAddress";
import { problemOf } from "@/lib/problem";
import { useMay } from "@/lib/session";
import { BegunJobs } from "./BegunJobs";
import classes from "./CameraActions.module.css";
import { ClearQuestion } from "./ClearQuestion";
import { migrateNow, renewCaptions } from "./captionQueries";
import type { CaptionedCamera } from "./captionTypes";

/** What can be done with a camera's captions, by who may, and the way to the camera. */
export function CameraActions({ camera }: { camera: CaptionedCamera }) {
  const client = useQueryClient();
  const mayWrite = useMay("captions:write");
  const [isClearing, setIsClearing] = useState(false);
  const migrate = useMutation({
    mutationFn: () => migrateNow(camera.camera_id),
    onSettled: () => renewCaptions(client),
  });
  const toCamera = (
    <Link to={cameraPath({ id: camera.camera_id, external_id: camera.camera_id })} className={classes.camera}>
      The camera itself
    </Link>
  );
  if (!mayWrite) return toCamera;
  return (
    <div className={classes.actions}>
      <div className={classes.buttons}>
        <Button
          size="xs"
          disabled={camera.cached === 0}
          loading={migrate.isPending}
          onClick={() => migrate.mutate()}
        >
          Migrate all now
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={camera.cached === 0}
          onClick={() => setIsClearing(true)}
        >
          Clear the cache
        </Button>
        {toCamera}
      </div>
      {camera.cached > 0 && (
        <p className={classes.hint}>What is migrated leaves the cache, and is found among the events.</p>
      )}
      {/* It is there from the start, empty: a reader of the page is told when it is filled. */}
      <div role="status" className={classes.outcome}>
        {migrate.isError && <p className={classes.problem}>{problemOf(migrate.error)}</p>}
        {migrate.isSuccess && (
          <BegunJobs ids={migrate.data} nothing="Nothing is cached, so there was nothing to begin." />
        )}
      </div>
      <ClearQuestion
        camera={camera.camera_id}
        cached={camera.cached}
        opened={isClearing}
        onClose={() => setIsClearing(false)}
      />
    </div>
  );
}
