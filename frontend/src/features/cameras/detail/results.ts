/** What came of trying a camera, in words. */
import { latencyText, videoText } from "@/features/cameras/cameraFacts";
import type { Camera, ConnectionTest, Snapshot } from "@/features/cameras/cameraTypes";
import { isoTime } from "@/lib/format";
import { saveUnder } from "@/lib/saveAs";
import { capitalised } from "@/lib/stateMarks";

/** A test of a connection: whether it went well, then everything that it found out. */
export function testText(test: ConnectionTest): { heading: string; facts: string } {
  const by = test.tested_by === "gateway" ? "Tested by the gateway" : `Tested by ${test.tested_by}`;
  const sentence = capitalised(test.message.trim());
  if (!test.success) return { heading: /[.!?]$/.test(sentence) ? sentence : `${sentence}.`, facts: `${by}.` };
  const video = videoText(test);
  const latency = test.latency_ms === null ? null : `first picture after ${latencyText(test.latency_ms)}`;
  const found = [video === "" ? null : video, latency].filter((one) => one !== null);
  return {
    heading: "The camera answers",
    facts: `${[...found, by].join(" · ")}.`,
  };
}

/** `gate-east_2026-11-20T21-47-32Z.jpg`: which camera, and when; names that every system takes. */
export function snapshotFileName(
  camera: Pick<Camera, "external_id">,
  snapshot: Pick<Snapshot, "taken_at" | "createdAt">,
): string {
  const takenMs = Date.parse(snapshot.taken_at ?? snapshot.createdAt);
  return `${camera.external_id}_${isoTime(Math.floor(takenMs / 1000) * 1000).replaceAll(":", "-")}.jpg`;
}

/** Saves a snapshot's picture as a file. Throws ApiError. */
export function downloadSnapshot(camera: Camera, snapshot: Snapshot): Promise<void> {
  return saveUnder(new URL(snapshot.url, window.location.href).href, snapshotFileName(camera, snapshot));
}
