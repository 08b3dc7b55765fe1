/** How states of devices, hosts and cameras look: each word has its shape and its weight, the same on every page. */
import type { HostState, Word } from "@/api/types";

/** How much a state asks of a person: nothing, a look, or doing something. */
export type Tone = "quiet" | "attention" | "action";

export type Shape =
  | "dot"
  | "turning"
  | "triangle"
  | "unplugged"
  | "square"
  | "lines"
  | "dark"
  | "clock"
  | "no-answer"
  | "barred";

/** Shape and tone of a state. */
export interface Mark {
  shape: Shape;
  tone: Tone;
}

const DEVICE_MARKS: Readonly<Record<Word, Mark>> = {
  live: { shape: "dot", tone: "quiet" },
  starting: { shape: "turning", tone: "quiet" },
  // Somebody wanted it so; it is said, and nobody is called.
  stopped: { shape: "square", tone: "attention" },
  // The machine may well go on recording: its host's own state is what asks for action.
  "host silent": { shape: "clock", tone: "attention" },
  black: { shape: "dark", tone: "action" },
  frozen: { shape: "lines", tone: "action" },
  stalled: { shape: "triangle", tone: "action" },
  "no source": { shape: "unplugged", tone: "action" },
};

const HOST_MARKS: Readonly<Record<HostState, Mark>> = {
  online: { shape: "dot", tone: "quiet" },
  late: { shape: "clock", tone: "attention" },
  offline: { shape: "no-answer", tone: "action" },
  revoked: { shape: "barred", tone: "attention" },
};

/** How a camera is by its last checks; `off`: somebody switched it off, and nobody checks it. */
export const CAMERA_STATUSES = ["live", "degraded", "offline", "error", "idle"] as const;
export type CameraState = (typeof CAMERA_STATUSES)[number] | "off";

const CAMERA_MARKS: Readonly<Record<CameraState, Mark>> = {
  live: { shape: "dot", tone: "quiet" },
  degraded: { shape: "clock", tone: "attention" },
  offline: { shape: "unplugged", tone: "action" },
  error: { shape: "triangle", tone: "action" },
  idle: { shape: "square", tone: "quiet" },
  off: { shape: "barred", tone: "quiet" },
};

const BY_TROUBLE: readonly Tone[] = ["action", "attention", "quiet"];

/** The mark of a device's word or of a host's state. */
export function markOf(state: Word | HostState): Mark {
  return isHostState(state) ? HOST_MARKS[state] : DEVICE_MARKS[state];
}

/** The mark of a camera's state. */
export function cameraMarkOf(state: CameraState): Mark {
  return CAMERA_MARKS[state];
}

function isHostState(state: Word | HostState): state is HostState {
  return state in HOST_MARKS;
}

/** For sorting by trouble: 0 needs action, 1 a look, 2 nothing. */
export function troubleRank(state: Word | HostState): number {
  return toneRank(markOf(state).tone);
}

/** As `troubleRank`, of a tone. */
export function toneRank(tone: Tone): number {
  return BY_TROUBLE.indexOf(tone);
}

/** "live" as "Live": how a word stands at the beginning. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
