/** What became of a command that had to wait for its host. */
import type { Tone } from "@/lib/stateMarks";
import type { Command } from "./hostQueries";

/** `word` begins with a capital. `sentence` may be empty. */
export interface CommandOutcome {
  word: "Waits" | "Told" | "Done" | "Refused" | "Expired" | "Unknown";
  sentence: string;
  tone: Tone;
}

/** `now` in ms. */
export function outcomeOf(
  command: Pick<Command, "delivered_at" | "expires_at" | "finished_at" | "done" | "sentence">,
  now: number,
): CommandOutcome {
  const sentence = command.sentence ?? "";
  if (command.done === true) return { word: "Done", sentence, tone: "quiet" };
  if (command.done === false) return { word: "Refused", sentence, tone: "action" };
  if (command.finished_at !== null) return { word: "Unknown", sentence, tone: "attention" };
  if (command.delivered_at !== null) {
    return { word: "Told", sentence: "The host was told and has not said what came of it.", tone: "quiet" };
  }
  if (Date.parse(command.expires_at) <= now) {
    return { word: "Expired", sentence: "The host did not report in time. Ask again.", tone: "attention" };
  }
  return { word: "Waits", sentence: "It waits for the host's next heartbeat.", tone: "quiet" };
}
