/** What is recorded, what is not and why, and what nobody can say now. */
import type { DeviceTimeline } from "@/api/types";
import { merged, type Span } from "./span";

export interface Gap extends Span {
  code: string;
  sentence: string;
}

export interface Unreachable extends Span {
  sentence: string;
  /** The host's last report in ms; null: it reports, and does not answer. */
  sinceMs: number | null;
}

/** Where `recorded`, `gaps` and `unreachable` leave something out, nothing is known yet. */
export interface Recorded {
  recorded: Span[];
  gaps: Gap[];
  unreachable: Unreachable[];
  /** Within `unreachable`: minutes that the host had reported as recorded. */
  reported: Span[];
}

function span(one: { from: string; to: string }): Span {
  return { from: Date.parse(one.from), to: Date.parse(one.to) };
}

/** The time lines of several stretches as one. */
export function joined(answers: readonly DeviceTimeline[]): Recorded {
  return {
    recorded: merged(answers.flatMap((one) => one.recorded.map(span))),
    gaps: merged(
      answers.flatMap((one) =>
        one.gaps.map((gap) => ({ ...span(gap), code: gap.code, sentence: gap.sentence })),
      ),
      (a, b) => a.code === b.code && a.sentence === b.sentence,
    ),
    unreachable: merged(
      answers.flatMap((one) =>
        one.unreachable.map((part) => ({
          ...span(part),
          sentence: part.sentence,
          sinceMs: part.since === null ? null : Date.parse(part.since),
        })),
      ),
      (a, b) => a.sentence === b.sentence,
    ),
    reported: merged(answers.flatMap((one) => one.reported.map(span))),
  };
}

// What lies before the first footage and has one of these reasons is no part of the archive.
const BEFORE_THE_ARCHIVE = new Set(["expired", "unassigned", "before_migration"]);

// What goes on before a question's begin is cut there, at the latest at its next segment.
const CUT_WITHIN_MS = 60_000;

/** Whether the footage goes back further than `askedFromMs`, before which nothing was asked for. */
export function goesFurtherBack({ recorded }: Pick<Recorded, "recorded">, askedFromMs: number): boolean {
  const first = recorded[0];
  return first !== undefined && first.from < askedFromMs + CUT_WITHIN_MS;
}

/** Where the archive begins: the oldest footage, or a gap before it that a person should know of. */
export function oldest(known: Recorded): number | null {
  const begins = [known.recorded[0]?.from, known.reported[0]?.from];
  begins.push(known.gaps.find((gap) => !BEFORE_THE_ARCHIVE.has(gap.code))?.from);
  const found = begins.filter((ms) => ms !== undefined);
  return found.length === 0 ? null : Math.min(...found);
}
