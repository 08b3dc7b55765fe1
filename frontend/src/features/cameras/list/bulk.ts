/** One thing done to many cameras: its words, and what came of it. */
import { isHostsOwn } from "@/features/cameras/cameraFacts";
import { count } from "@/lib/format";
import type { Chosen } from "./selection";

export type BulkAction =
  | { kind: "group"; groupId: string | null; group: string }
  | { kind: "host"; host: string | null }
  | { kind: "activate" }
  | { kind: "deactivate" }
  | { kind: "delete" };

export type BulkKind = BulkAction["kind"];

/** One that was not done, and why. */
export interface BulkFailure {
  id: string;
  name: string;
  reason: string;
}

export interface BulkOutcome {
  done: number;
  failures: readonly BulkFailure[];
  /** Those that it had not come to when it was stopped. */
  notBegun: readonly Pick<Chosen, "id">[];
}

/** Those that an action is for, and those that it leaves as they are, with the reason. */
export function splitFor(
  kind: BulkKind,
  chosen: readonly Chosen[],
): { meant: Chosen[]; left: Chosen[]; why: string } {
  const isLeft = (camera: Chosen): boolean => {
    switch (kind) {
      case "activate":
        return camera.is_active;
      case "deactivate":
        return !camera.is_active;
      case "host":
        return isHostsOwn(camera);
      case "delete":
        return !camera.is_deletable;
      default:
        return false;
    }
  };
  const left = chosen.filter(isLeft);
  return {
    meant: chosen.filter((camera) => !isLeft(camera)),
    left,
    why: left.length === 0 ? "" : WHY_LEFT[kind],
  };
}

const WHY_LEFT: Readonly<Record<BulkKind, string>> = {
  activate: "active already",
  deactivate: "switched off already",
  host: "who records them is said in their host's own host.toml",
  group: "",
  delete: "their hosts still have them in their own host.toml, and must lose them there first",
};

/** What is asked before it is done for `meant`. `number`: of all that are chosen. */
export function questionOf(
  kind: BulkKind,
  number: number,
  meant: readonly Chosen[],
): { title: string; cost: string; confirm: string } {
  const cameras = count(number, "camera");
  switch (kind) {
    case "group":
      return {
        title: `Move ${cameras} to a group`,
        cost: "Users who are limited to groups see the cameras of theirs only.",
        confirm: "Move",
      };
    case "host":
      return {
        title: `Assign ${cameras} to a host`,
        cost: "The host begins recording within 20 s. Footage of a host before stays there until its retention ends.",
        confirm: "Assign",
      };
    case "activate":
      return {
        title: `Activate ${cameras}?`,
        cost: activationCost(meant),
        confirm: "Activate",
      };
    case "deactivate":
      return {
        title: `Deactivate ${cameras}?`,
        cost: deactivationCost(meant),
        confirm: "Deactivate",
      };
    case "delete":
      return {
        title: `Delete ${cameras}?`,
        cost: "Recording stops, and their health history and snapshots are gone. Footage stays on their hosts until its retention ends.",
        confirm: "Delete",
      };
  }
}

/** How many of them their hosts have in their own settings, and record whatever is said here. */
const ownOf = (cameras: readonly Chosen[]): number => cameras.filter(isHostsOwn).length;

function activationCost(meant: readonly Chosen[]): string {
  const own = ownOf(meant);
  if (own === 0) return "They are checked every minute, and recorded by the hosts that they are assigned to.";
  if (own === meant.length) return "They are checked every minute. Their hosts record them either way.";
  return `They are checked every minute, and recorded by the hosts that they are assigned to; ${own} of them ${own === 1 ? "its host records" : "their hosts record"} either way.`;
}

function deactivationCost(meant: readonly Chosen[]): string {
  const own = ownOf(meant);
  const anyway = own === 1 ? "its host has in its own host.toml" : "their hosts have in their own host.toml";
  if (own > 0 && own === meant.length)
    return "They are not checked any more until somebody activates them again. Their hosts go on recording them, as host.toml there says.";
  const stops =
    "Nothing of them is recorded or checked until somebody activates them again. Footage that is there stays until its retention ends.";
  return own === 0
    ? stops
    : `${stops} But ${own} of them, which ${anyway}, ${own === 1 ? "goes" : "go"} on being recorded and ${own === 1 ? "is" : "are"} only checked no more.`;
}

const DONE: Readonly<Record<BulkKind, string>> = {
  group: "moved",
  host: "assigned",
  activate: "activated",
  deactivate: "deactivated",
  delete: "deleted",
};

/** "12 cameras deleted, 2 not. Stopped: 470 are as they were, and stay chosen." */
export function outcomeText(kind: BulkKind, { done, failures, notBegun }: BulkOutcome): string {
  const begin = `${count(done, "camera")} ${DONE[kind]}`;
  const over = failures.length === 0 ? `${begin}.` : `${begin}, ${failures.length} not.`;
  if (notBegun.length === 0) return over;
  const isOne = notBegun.length === 1;
  const left = `${notBegun.length.toLocaleString("en-GB")} ${isOne ? "is as it was, and stays" : "are as they were, and stay"} chosen.`;
  return `${over} Stopped: ${left}`;
}

/** The cameras that stay chosen: it was not done for them. */
export function stillChosen({ failures, notBegun }: BulkOutcome): string[] {
  return [...failures, ...notBegun].map(({ id }) => id);
}

/**
 * Does `work` for each of `cameras`, a few at a time, and tells after each how many are over. One that fails
 * stops none of the others; `signal` stops what has not begun.
 */
export async function doForEach(
  cameras: readonly Chosen[],
  work: (camera: Chosen) => Promise<void>,
  reasonOf: (error: unknown) => string,
  onProgress: (over: number) => void,
  signal: AbortSignal,
  atOnce = 4,
): Promise<BulkOutcome> {
  const waiting = [...cameras];
  const failures: BulkFailure[] = [];
  let done = 0;
  const takeTurns = async () => {
    while (!signal.aborted) {
      const camera = waiting.shift();
      if (camera === undefined) return;
      try {
        await work(camera);
        done += 1;
      } catch (error) {
        failures.push({ id: camera.id, name: camera.name, reason: reasonOf(error) });
      }
      onProgress(done + failures.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
  return { done, failures, notBegun: waiting };
}
