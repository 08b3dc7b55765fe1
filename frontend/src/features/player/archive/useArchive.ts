import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiError } from "@/api/errors";
import type { DeviceTimeline } from "@/api/types";
import type { DeviceName } from "@/lib/deviceAddress";
import { useNow } from "@/lib/useNow";
import { type ArchiveEvent, eventAfter, eventBefore, eventsOf } from "./events";
import type { MinuteBlock } from "./minutes";
import { minutesQuery, recordedQuery } from "./queries";
import { type Gap, goesFurtherBack, joined, oldest, type Recorded, type Unreachable } from "./recorded";
import type { Span } from "./span";
import { daysOfMinutes, SETTLED_EVERY_MS, stretchesAt } from "./stretches";
import { type Captions, useCaptions } from "./useCaptions";

const MINUTE_MS = 60_000;
// The tail of the time line: while it is looked at, and while it is not.
const TAIL_EVERY_MS = 10_000;
const TAIL_UNSEEN_EVERY_MS = 60_000;
const AROUND_MS = 10 * MINUTE_MS;

/** A device's archive as far as it is known here. All lists by time. */
export interface Archive extends Recorded {
  gaps: Gap[];
  unreachable: Unreachable[];
  /** What has been asked for and is not answered yet. */
  waiting: Span[];
  /** What could not be asked, with why: not even the gateway answered. */
  failed: { span: Span; sentence: string }[];
  minutes: MinuteBlock[];
  /** Of all single minutes that are loaded: the last day, what is looked at, and around the play head. */
  events: ArchiveEvent[];
  /** Those of them that captions were made of. */
  captions: Captions;
  /** Where the archive begins; null: nothing is recorded, or that is not known yet. */
  oldestMs: number | null;
  /** Whether there is footage of before all that is asked for here, which is 31 days. */
  isLonger: boolean;
  /** The first motion or incident after `ms`; null: none is known. */
  nextEvent(ms: number): ArchiveEvent | null;
  previousEvent(ms: number): ArchiveEvent | null;
}

/**
 * What is recorded of a device, what is not and why, and what happened.
 * `view`: what is looked at closely (null: nothing in particular); `headMs`: events around it are wanted too.
 * Used by several parts of a page with the same device, it asks once.
 */
export function useArchive(name: DeviceName, view: Span | null, headMs: number | null = null): Archive {
  const nowMs = useNow(MINUTE_MS);
  const { older, recent, tail } = useMemo(() => stretchesAt(nowMs), [nowMs]);
  const seesNow = view === null || view.to >= tail.from;
  const tailEveryMs = seesNow ? TAIL_EVERY_MS : TAIL_UNSEEN_EVERY_MS;
  // A head that runs must not make new questions with every frame.
  const aroundMs = headMs === null ? null : Math.round(headMs / AROUND_MS) * AROUND_MS;
  const days = useMemo(() => daysOfMinutes(view, aroundMs, older), [view, aroundMs, older]);

  const { answers, waiting, failed } = useQueries({
    queries: [
      recordedQuery(name, older, SETTLED_EVERY_MS),
      recordedQuery(name, recent, SETTLED_EVERY_MS),
      recordedQuery(name, tail, tailEveryMs),
    ],
    combine: combineRecorded,
  });
  const minutes = useQueries({
    queries: [
      minutesQuery(name, tail, 1, 3 * tailEveryMs),
      minutesQuery(name, recent, 1, SETTLED_EVERY_MS),
      ...days.map((day) => minutesQuery(name, day, 1, SETTLED_EVERY_MS)),
      minutesQuery(name, older, 10, SETTLED_EVERY_MS),
    ],
    combine: combineMinutes,
  });

  const captions = useCaptions(
    name,
    useMemo(() => [...days, { from: recent.from, to: tail.to }], [days, recent, tail]),
  );
  const known = useMemo(() => joined(answers), [answers]);
  const events = useMemo(() => eventsOf(minutes, known.gaps, captions.events), [minutes, known, captions]);
  return useMemo(() => {
    const stretches = [older, recent, tail];
    return {
      ...known,
      minutes,
      events,
      captions,
      waiting: waiting.map((index) => untilNow(stretches[index] ?? tail, nowMs)),
      failed: failed.map(({ index, sentence }) => ({
        span: untilNow(stretches[index] ?? tail, nowMs),
        sentence,
      })),
      oldestMs: oldest(known),
      isLonger: goesFurtherBack(known, older.from),
      nextEvent: (ms: number) => eventAfter(events, ms),
      previousEvent: (ms: number) => eventBefore(events, ms),
    };
  }, [known, minutes, events, captions, waiting, failed, older, recent, tail, nowMs]);
}

function untilNow(span: Span, nowMs: number): Span {
  return { from: span.from, to: Math.min(span.to, nowMs) };
}

interface Asked<T> {
  data: T | undefined;
  error: Error | null;
  isPending: boolean;
}

// Both outside of the hook: what combines stays the same function, so that equal answers give equal objects.
function combineRecorded(asked: Asked<DeviceTimeline | null>[]) {
  return {
    answers: asked.map((one) => one.data).filter((one) => one !== undefined && one !== null),
    waiting: asked.flatMap((one, index) => (one.isPending ? [index] : [])),
    failed: asked.flatMap((one, index) =>
      one.error !== null && one.data === undefined ? [{ index, sentence: sentenceOf(one.error) }] : [],
    ),
  };
}

function combineMinutes(asked: Asked<MinuteBlock>[]): MinuteBlock[] {
  return asked.map((one) => one.data).filter((one) => one !== undefined);
}

function sentenceOf(error: Error): string {
  return error instanceof ApiError
    ? `${error.message} ${error.remedy}`
    : "This page met an error of its own.";
}
