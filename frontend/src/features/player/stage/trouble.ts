import type { Device } from "@/api/types";
import type { DeviceName } from "@/lib/deviceAddress";
import type { Playback } from "../playback/playback";

// A live picture older than this is no longer one.
const OLD_AFTER_MS = 30_000;
// Nor one as old as this, where its host says that nothing comes: live is a few seconds behind at most.
const OLD_WITHOUT_SOURCE_AFTER_MS = 12_000;
// States in which no new picture comes.
const WITHOUT_PICTURES: ReadonlySet<Device["word"]> = new Set([
  "stopped",
  "stalled",
  "no source",
  "host silent",
]);

export interface Trouble {
  sentence: string;
  /** Whether the picture is an old one that is not to be taken for live. */
  isOld: boolean;
}

/** What is said over the picture; null: nothing. */
export function trouble(
  playback: Pick<Playback, "mode" | "isPlaying" | "sentence" | "behindLiveMs" | "status">,
  device: Pick<Device, "word" | "sentence" | "label"> | null,
  name: DeviceName,
): Trouble | null {
  const isLive = playback.mode === "live" && playback.isPlaying;
  const behindMs = playback.behindLiveMs ?? Number.POSITIVE_INFINITY;
  const isLate = behindMs > OLD_AFTER_MS;
  const isKnownToStand = device !== null && WITHOUT_PICTURES.has(device.word);
  if (isLive && isKnownToStand && behindMs > OLD_WITHOUT_SOURCE_AFTER_MS) {
    return { sentence: `${device.label || name.device}: ${device.sentence}`, isOld: true };
  }
  if (playback.sentence !== null) {
    return { sentence: playback.sentence, isOld: isLive && isLate && playback.behindLiveMs !== null };
  }
  if (isLive && isLate && playback.behindLiveMs !== null) {
    return { sentence: `Waiting for new pictures from ${name.host}…`, isOld: true };
  }
  return null;
}

/** Whether nothing has ever been recorded of the device, as far as anybody knows. */
export function isEmpty(
  playback: Pick<Playback, "hasNoFootage" | "status" | "timeMs">,
  device: Pick<Device, "newest_segment_at"> | null,
): boolean {
  const isNoneKnown = device !== null && device.newest_segment_at === null;
  return playback.hasNoFootage || (isNoneKnown && playback.status === "failed" && playback.timeMs === null);
}
