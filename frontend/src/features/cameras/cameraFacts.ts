/** What is said of a camera. */
import type { CameraState } from "@/lib/stateMarks";
import { capitalised } from "@/lib/stateMarks";
import type { Camera } from "./cameraTypes";

/** Its state: that of its last check, unless somebody switched it off. */
export function stateOf(camera: Pick<Camera, "status" | "is_active">): CameraState {
  return camera.is_active ? camera.status : "off";
}

const WORDS: Readonly<Record<CameraState, string>> = {
  live: "It answers as it should.",
  degraded: "It answers badly, or the last check failed. It counts as offline after three failures in a row.",
  offline: "It has not answered three times in a row.",
  error: "It answers with something that cannot be used.",
  idle: "It has not been checked yet; that happens once a minute.",
  off: "It is switched off: nobody checks it, and no host records it.",
};

type Whose = Pick<Camera, "managed_by" | "host">;

/** Whether a host has it in its own settings, and records it whatever is said here. */
export function isHostsOwn({ managed_by }: Pick<Camera, "managed_by">): boolean {
  return managed_by === "host";
}

/** What checking says of recording, of a device of a host's own: its host.toml decides. */
export function recordedAnywayText({ host }: Pick<Camera, "host">): string {
  return `${host ?? "Its host"} goes on recording it as long as it stands in host.toml there.`;
}

/** How it is, in a sentence: what its last check found wrong, or what the state means. */
export function sentenceOf(camera: Pick<Camera, "status" | "is_active" | "problem"> & Whose): string {
  const state = stateOf(camera);
  if (state === "off" && isHostsOwn(camera))
    return `It is switched off here: nobody checks it. ${recordedAnywayText(camera)}`;
  if (state === "off" || camera.problem === null || camera.problem === "") return WORDS[state];
  const problem = capitalised(camera.problem);
  return /[.!?]$/.test(problem) ? problem : `${problem}.`;
}

/** What a table says of who records it: "lab-2/door", "lab-2" of one that is to be recorded, else "—". */
export function recordedBy(camera: Pick<Camera, "device" | "host">): string {
  return camera.device ?? camera.host ?? "Not recorded";
}

/** Its device at its host, as the player's addresses need it; null: no host records it. */
export function deviceOf(
  camera: Pick<Camera, "host" | "device_name">,
): { host: string; device: string } | null {
  return camera.host === null || camera.device_name === null
    ? null
    : { host: camera.host, device: camera.device_name };
}

/** "1920x1080, 25 fps, h264": what is known of the picture; empty: nothing. */
export function videoText(video: {
  resolution: string | null;
  fps: number | null;
  codec: string | null;
}): string {
  const facts = [video.resolution, video.fps === null ? null : `${shortNumber(video.fps)} fps`, video.codec];
  return facts.filter((fact) => fact !== null).join(", ");
}

/** With two digits behind the point at most, and none where they say nothing. */
export function shortNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** "50 ms", "1.2 s". */
export function latencyText(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
