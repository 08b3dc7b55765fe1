import { Button } from "@mantine/core";
import { IconCheck, IconDownload, IconPlugConnectedX } from "@tabler/icons-react";
import type { UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import { Time } from "@/components/Time";
import type { Camera, ConnectionTest, Snapshot } from "@/features/cameras/cameraTypes";
import { bytes } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import classes from "./CameraResults.module.css";
import { downloadSnapshot, testText } from "./results";

type Asked<T> = Pick<UseMutationResult<T, unknown, void>, "isPending" | "data" | "error">;

/** What a test of the connection came to; nothing before there was one. */
export function TestResult({ test }: { test: Asked<ConnectionTest> }) {
  if (test.isPending) return <p className={classes.waiting}>Asking the camera; this takes up to 12 s…</p>;
  if (test.error !== null) return <Problem sentence={problemOf(test.error)} />;
  if (test.data === undefined) return null;
  const { heading, facts } = testText(test.data);
  const Icon = test.data.success ? IconCheck : IconPlugConnectedX;
  return (
    <div className={classes.result} data-tone={test.data.success ? "quiet" : "action"}>
      <Icon size={16} stroke={1.75} aria-hidden />
      <div>
        <strong>{heading}</strong>
        <p>{facts}</p>
      </div>
    </div>
  );
}

/** The snapshot that was taken, and how to have it; nothing before there was one. */
export function SnapshotResult({ snapshot, camera }: { snapshot: Asked<Snapshot>; camera: Camera }) {
  const [problem, setProblem] = useState<string | null>(null);
  if (snapshot.isPending)
    return <p className={classes.waiting}>Waiting for a picture; this takes up to 12 s…</p>;
  if (snapshot.error !== null) return <Problem sentence={problemOf(snapshot.error)} />;
  const taken = snapshot.data;
  if (taken === undefined) return null;
  const download = () => {
    setProblem(null);
    downloadSnapshot(camera, taken).catch((error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <div className={classes.result} data-tone="quiet">
      <img src={taken.thumbnail_url ?? taken.url} alt={`Snapshot of ${camera.name}`} />
      <div>
        <strong>Snapshot taken</strong>
        <p>
          <Time at={taken.taken_at ?? taken.createdAt} withDay />
          {taken.file_size !== null && `, ${bytes(taken.file_size)}`}
          {taken.source === "host" ? ", from its host's newest frame" : ", from its stream"}
        </p>
        <Button
          mt={6}
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={14} stroke={1.75} aria-hidden />}
          onClick={download}
        >
          Download
        </Button>
        {problem !== null && <p className={classes.problem}>{problem}</p>}
      </div>
    </div>
  );
}

function Problem({ sentence }: { sentence: string }) {
  return (
    <div className={classes.result} data-tone="action">
      <IconPlugConnectedX size={16} stroke={1.75} aria-hidden />
      <p>{sentence}</p>
    </div>
  );
}
