/** What came of trying a camera, in words. */
import { latencyText, videoText } from "@/features/cameras/cameraFacts";
import type { ConnectionTest, Snapshot } from "@/features/cameras/cameraTypes";
import { saveFrom } from "@/lib/saveAs";
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

/** Saves a snapshot's picture as a file. Throws ApiError. */
export function downloadSnapshot(snapshot: Snapshot): Promise<void> {
  return saveFrom(new URL(snapshot.url, window.location.href).href, snapshot.filename);
}
