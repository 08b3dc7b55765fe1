/** What is said of captions and of their becoming events. Spans are seconds where the name says so. */
import { ApiError } from "@/api/errors";
import { bytes, count } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import type { Tone } from "@/lib/stateMarks";

export type MigrationState = "active" | "behind";

/** How the migration is: a word, a sentence, and how much it asks of a person. */
export interface Standing {
  word: string;
  sentence: string;
  tone: Tone;
}

/** `problem`: the gateway's own sentence about what is wrong; it says more than the word does. */
export function standingOf(state: MigrationState, problem: string | null): Standing {
  switch (state) {
    case "active":
      return problem === null
        ? { word: "Running", sentence: "Captions become events before they leave the cache.", tone: "quiet" }
        : { word: "Held up", sentence: problem, tone: "action" };
    case "behind":
      return {
        word: "Behind",
        sentence: problem ?? "Captions that are due have waited for more than two checks.",
        tone: "action",
      };
  }
}

/** What to set so that captions are on, without that they are off. `problem`: the gateway's sentences. */
export function whatToSet(problem: string | null): string {
  const rest = (problem ?? "").replace(/^Captions are off\.\s*/, "");
  return rest === "" ? "No graph is set for their events." : rest;
}

/** Why captions were merged, by the gateway's names. */
export const TRIGGERS = ["schedule", "trigger", "force", "clear", "camera_deleted", "demo"] as const;
export type Trigger = (typeof TRIGGERS)[number];

const TRIGGER_WORDS: Readonly<Record<Trigger, string>> = {
  schedule: "They were due",
  trigger: "Asked for: what was due",
  force: "Asked for: all of them",
  clear: "Before clearing",
  camera_deleted: "Its camera was deleted",
  demo: "Demonstration",
};

/** What this version does not know is told by its own name. */
export function triggerWords(trigger: string): string {
  const known = TRIGGERS.find((one) => one === trigger);
  return known === undefined ? trigger : TRIGGER_WORDS[known];
}

/** How a run ended, or that it did not. */
export const RUN_STATES = ["running", "done", "failed", "interrupted"] as const;
export type RunState = (typeof RUN_STATES)[number];

export const RUN_WORDS: Readonly<Record<RunState, string>> = {
  running: "Running",
  done: "Done",
  failed: "Failed",
  interrupted: "Interrupted",
};

/** What this version does not know counts as interrupted: nobody knows how it ended. */
export function runStateOf(state: string): RunState {
  return RUN_STATES.find((one) => one === state) ?? "interrupted";
}

/** `12 captions → 2 events, 1 more went on`: what a run made of what it read. */
export function madeText(captions: number, created: number, extended: number): string {
  const went = extended === 0 ? "" : `, ${extended.toLocaleString("en-GB")} went on`;
  return `${count(captions, "caption")} → ${count(created, "new event")}${went}`;
}

/** `41 new, 1 went on`: what events came of captions; empty where none did. */
export function eventsText(created: number, extended: number): string {
  const parts = [
    ...(created > 0 ? [`${created.toLocaleString("en-GB")} new`] : []),
    ...(extended > 0 ? [`${extended.toLocaleString("en-GB")} went on`] : []),
  ];
  return parts.join(", ");
}

/** `3 came late, 1 was there before`; empty where all was as usual. */
export function oddText(late: number, repeated: number): string {
  const parts = [
    ...(late > 0 ? [`${late.toLocaleString("en-GB")} came late`] : []),
    ...(repeated > 0
      ? [`${repeated.toLocaleString("en-GB")} ${repeated === 1 ? "was" : "were"} there before`]
      : []),
  ];
  return parts.join(", ");
}

/** `72.0 % fewer` of the gateway's `72.0%`; `as many` of none. */
export function reductionText(reduction: string): string {
  const found = /^(-?\d+(?:\.\d+)?)\s*%$/.exec(reduction.trim());
  if (found === null) return reduction;
  return Number(found[1]) === 0 ? "as many" : `${found[1]} % fewer`;
}

/** What Redis uses, of what it may use where it has a limit; `share` from 0 to 1. Null: it does not answer. */
export function memoryOf(stats: {
  used_memory_mb: number | null;
  max_memory_mb: number | null;
}): { used: string; share: number | null } | null {
  if (stats.used_memory_mb === null) return null;
  return {
    used: bytes(stats.used_memory_mb * MEBIBYTE),
    share: stats.max_memory_mb ? stats.used_memory_mb / stats.max_memory_mb : null,
  };
}

// The gateway says MB as Redis does.
const MEBIBYTE = 1024 * 1024;

const REMEDIES: Readonly<Record<string, string>> = {
  graph_unreachable: "They are kept, and merged once Neo4j answers again.",
  captions_unavailable: "They are kept in Redis, and merged once it answers again.",
  migration_running: "Another run had this camera; look at that one.",
  database_unreachable: "They are kept, and merged once PostgreSQL answers again.",
  // Its sentence says already what follows.
  interrupted: "",
};

/** What follows from a run that failed, and what to do. */
export function remedyOf(code: string | null): string {
  if (code === null) return "";
  return (
    REMEDIES[code] ??
    "They are kept, and tried again at the next check. If it fails again, its job says more."
  );
}

/** For how long events are kept: a number of days, 0 for ever. */
export function retentionWords(days: number): string {
  return days === 0 ? "for ever" : `for ${count(days, "day")}`;
}

/** What saved rules do from now on. `days`: that events are kept, where that was changed. */
export function savedText(hasLimits: boolean, days: number | null): string {
  const parts = [
    ...(hasLimits ? ["The limits count from the next migration on."] : []),
    ...(days === null
      ? []
      : [
          days === 0
            ? "Events are kept for ever."
            : `Events are kept ${retentionWords(days)}; older ones are deleted every night.`,
        ]),
  ];
  return parts.join(" ");
}

/** How many events a shorter retention deletes; undefined: that is being counted, null: it is not known. */
export function endedText(events: number | null | undefined): string {
  switch (events) {
    case undefined:
      return "How many events are older than that is being counted…";
    case null:
      return "How many events are older than that is not known now: the graph does not answer.";
    case 0:
      return "No event is older than that now.";
    default:
      return `${count(events, "event")} ${events === 1 ? "is" : "are"} older than that.`;
  }
}

/** Why a cache was not cleared; and that nothing is lost, where that is certain. */
export function notClearedText(error: unknown, isMigratedFirst: boolean): string {
  const problem = problemOf(error);
  return isMigratedFirst || isRefused(error) ? `Nothing was thrown away. ${problem}` : problem;
}

// The gateway itself says so, and not in the middle of it: then it says how many were deleted.
function isRefused(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.details.deleted !== undefined) return false;
  return error.code !== "unknown" && ((error.status >= 400 && error.status < 500) || error.status === 503);
}

/** What became of the captions of a cache that was emptied. */
export function clearedText(cleared: {
  migrated: number;
  deleted: number;
  events_created: number;
  events_extended: number;
}): string {
  const parts = [
    ...(cleared.migrated > 0
      ? [
          `${count(cleared.migrated, "caption")} merged: ${eventsText(cleared.events_created, cleared.events_extended) || "they were in events already"}.`,
        ]
      : []),
    ...(cleared.deleted > 0 ? [`${count(cleared.deleted, "caption")} thrown away.`] : []),
  ];
  return parts.length === 0 ? "It was empty already." : parts.join(" ");
}
