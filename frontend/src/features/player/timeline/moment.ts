/** What there is at a moment of the archive, in words. */
import { clock, day, dayAndClock, duration, percent } from "@/lib/format";
import { startOfDay, type Zone } from "@/lib/zone";
import { minuteAt } from "../archive/minutes";
import { type Span, spanAt } from "../archive/span";
import type { Archive } from "../archive/useArchive";

export type MomentKind =
  | "footage"
  | "gap"
  | "unreachable"
  | "reported"
  | "waiting"
  | "failed"
  | "future"
  | "empty";

export interface Moment {
  kind: MomentKind;
  /** The stretch that is meant, where it is one: a gap's begin and end. */
  span: Span | null;
  /** Why there is nothing, or what happens there; null: footage of which there is nothing to say. */
  sentence: string | null;
  /** 0 to 1: the share of the picture that moved in that minute; null: not known. */
  motion: number | null;
}

type Known = Pick<
  Archive,
  "recorded" | "gaps" | "unreachable" | "reported" | "waiting" | "failed" | "minutes" | "events"
>;

/** What is at `ms`. `slackMs`: how far beside a narrow gap one may point and still mean it. */
export function momentAt(archive: Known, ms: number, nowMs: number, slackMs: number, host: string): Moment {
  const nothing = { motion: null, span: null, sentence: null };
  if (ms > nowMs) return { ...nothing, kind: "future" };
  const gap = spanAt(archive.gaps, ms, slackMs);
  if (gap !== undefined) return { kind: "gap", span: gap, sentence: gap.sentence, motion: null };
  const incident = archive.events.findLast(
    (event) =>
      (event.kind === "black" || event.kind === "freeze") &&
      event.from - slackMs <= ms &&
      ms < event.to + slackMs,
  );
  const said = archive.events.findLast(
    (event) => event.kind === "caption" && event.from - slackMs <= ms && ms <= event.to + slackMs,
  );
  const motion = minuteAt(archive.minutes, ms)?.motion ?? null;
  if (spanAt(archive.recorded, ms) !== undefined)
    return {
      kind: "footage",
      span: incident ?? null,
      sentence: incident?.sentence ?? said?.sentence ?? null,
      motion,
    };
  const unreachable = spanAt(archive.unreachable, ms);
  if (unreachable !== undefined) {
    const isReported = spanAt(archive.reported, ms) !== undefined;
    const sentence = `${isReported ? "It had been reported as recorded. " : "Not known: "}${unreachable.sentence}`;
    return { kind: isReported ? "reported" : "unreachable", span: null, sentence, motion };
  }
  const failed = archive.failed.find((one) => ms >= one.span.from && ms < one.span.to);
  if (failed !== undefined) return { ...nothing, kind: "failed", sentence: `Not known: ${failed.sentence}` };
  if (spanAt(archive.waiting, ms) !== undefined)
    return { ...nothing, kind: "waiting", sentence: `Waiting for ${host}…` };
  // Newer than the last answer: it is being recorded, or it will turn out why not.
  return { kind: "empty", span: null, sentence: null, motion };
}

/** `17:19:11 – 17:26:48`, with the dates where they differ. */
export function spanText(span: Span, zone: Zone): string {
  const sameDay = startOfDay(span.from, zone) === startOfDay(span.to, zone);
  const say = sameDay ? clock : dayAndClock;
  return `${say(span.from, zone)} – ${say(span.to, zone)}`;
}

/** `17:19:11 – 17:26:48 · 7 min 37 s · The camera did not answer.` */
export function gapText(gap: Span & { sentence: string }, zone: Zone): string {
  return `${spanText(gap, zone)} · ${duration(gap.to - gap.from)} · ${gap.sentence}`;
}

/** `Activity 12 %`. */
export function activityText(motion: number): string {
  return `Activity ${percent(motion)}`;
}

/** What a screen reader says of the play head. */
export function momentText(moment: Moment, ms: number, zone: Zone): string {
  const parts = [`${clock(ms, zone)}, ${day(ms, zone)}`];
  if (moment.kind === "gap") parts.push(`no footage: ${moment.sentence ?? ""}`);
  else if (moment.sentence !== null) parts.push(moment.sentence);
  else if (moment.kind === "footage") parts.push("footage");
  if (moment.motion !== null) parts.push(activityText(moment.motion).toLowerCase());
  return parts.join(", ");
}

/** What the whole time line has to say: whom it waits for, who does not answer; empty where all is known. */
export function stateText(
  archive: Pick<Archive, "waiting" | "failed" | "unreachable">,
  host: string,
): string {
  const [failed, unreachable] = [archive.failed[0], archive.unreachable.at(-1)];
  if (failed !== undefined) return `The time line is not known. ${failed.sentence}`;
  if (unreachable !== undefined) return `The time line is not known. ${unreachable.sentence}`;
  return archive.waiting.length > 0 ? `Waiting for ${host}…` : "";
}
