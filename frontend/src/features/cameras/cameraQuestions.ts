/** What is asked before a camera is switched on or off or deleted, and what follows from it. */
import { isHostsOwn, recordedAnywayText } from "./cameraFacts";
import type { Camera } from "./cameraTypes";

export type CameraQuestionKind = "activate" | "deactivate" | "delete";
type Asked = Pick<Camera, "managed_by" | "host" | "is_deletable">;

/** What it costs, in sentences. */
export function costOf(kind: CameraQuestionKind, camera: Asked): string {
  switch (kind) {
    case "activate":
      return activation(camera);
    case "deactivate":
      return isHostsOwn(camera)
        ? `It is not checked any more until somebody activates it again. ${recordedAnywayText(camera)}`
        : "Nothing of it is recorded or checked until somebody activates it again: that time cannot be got back. Footage that is there stays until its retention ends.";
    case "delete":
      return `Its health history and snapshots are gone. ${recordingAfterDeletion(camera)}`;
  }
}

/** Why it cannot be deleted here, and what to do first; null: it can. */
export function whyKept({ host, is_deletable }: Asked): string | null {
  const whose = host ?? "its host";
  return is_deletable
    ? null
    : `It stands in host.toml of ${whose}, whose next report would bring it back. Take it out there and have the agent reload; then it can be deleted here. ${whose} keeps its footage until retention ends it.`;
}

function activation({ managed_by, host }: Asked): string {
  if (host === null || managed_by === "host") return "It is checked every minute again.";
  return `It is checked every minute again, and ${host} records it.`;
}

function recordingAfterDeletion({ managed_by, host }: Asked): string {
  if (host === null)
    return "No host records it now; footage of hosts that did stays there until its retention ends.";
  if (managed_by === "host")
    return `Its footage stays on ${host} until its retention ends. Should ${host} report it again, it comes back here.`;
  return `${host} stops recording it; its footage stays there until its retention ends.`;
}
