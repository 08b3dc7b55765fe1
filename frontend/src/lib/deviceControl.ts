/** Start, stop and restart of a device's recorder: what is offered, what it costs, and what came of it. */
import type { Word } from "@/api/types";

export type ControlAction = "start" | "stop" | "restart";

/** What can be asked for a device with this word. A silent host may do any of it once it is back. */
export function actionsFor(word: Word): ControlAction[] {
  switch (word) {
    case "stopped":
      return ["start"];
    case "host silent":
      return ["start", "stop", "restart"];
    default:
      return ["stop", "restart"];
  }
}

/** The words of a confirmation. */
export interface Question {
  title: string;
  cost: string;
  confirm: string;
}

/** What is asked before `action`; null: it costs nothing, so nothing is asked. `label`: of the device. */
export function questionFor(action: ControlAction, label: string): Question | null {
  switch (action) {
    case "start":
      return null;
    case "stop":
      return {
        title: `Stop recording ${label}?`,
        cost: "Nothing is recorded until somebody starts it again: that time cannot be got back. Footage that is there stays until its retention ends.",
        confirm: "Stop recording",
      };
    case "restart":
      return {
        title: `Restart the recorder of ${label}?`,
        cost: "A second or two is not recorded, and who watches live sees a short break.",
        confirm: "Restart",
      };
  }
}

/** What came of it. `expires`: until when it waits for the host, as it is shown ("14:10:00"). */
export function resultOf(
  outcome: { delivered: boolean; sentence: string; host: string },
  expires: string | null,
): string {
  if (outcome.delivered) return outcome.sentence;
  const until = expires === null ? "" : ` It is dropped if the host has not reported by ${expires}.`;
  return `${outcome.host} cannot be reached. This waits for the host's next heartbeat.${until}`;
}
