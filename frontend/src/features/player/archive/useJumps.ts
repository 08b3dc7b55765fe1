import { useQueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/errors";
import { serverNow } from "@/api/serverClock";
import type { DeviceName } from "@/lib/deviceAddress";
import { type ArchiveEvent, eventAfter, eventBefore, eventsOf, isUnsure, nearer } from "./events";
import { daysToLookThrough } from "./jumps";
import { captionAfter, captionBefore, minutesQuery } from "./queries";
import { SETTLED_EVERY_MS, stretchesAt } from "./stretches";
import type { Archive } from "./useArchive";
import { useCaptionCamera } from "./useCaptions";

// One that was jumped to a moment ago is passed over.
const PASSED_MS = 4_000;
const JUST_AFTER_MS = 500;
const BACK_FROM_MS = 2_000;

/** The events before and after a moment, also where its day is not loaded. Null: there is none. */
export function useJumps(name: DeviceName, archive: Archive) {
  const camera = useCaptionCamera(name);
  const client = useQueryClient();

  const inOlderMinutes = async (
    ms: number,
    untilMs: number,
    choose: (events: readonly ArchiveEvent[]) => ArchiveEvent | null,
  ): Promise<ArchiveEvent | null> => {
    const { older } = stretchesAt(serverNow());
    const coarse = archive.minutes.filter(({ everyMs }) => everyMs > 60_000);
    for (const day of daysToLookThrough(ms, untilMs, older, coarse)) {
      // The question of the time line: what was loaded by either is not asked for again.
      const block = await client.fetchQuery(minutesQuery(name, day, 1, SETTLED_EVERY_MS));
      const found = choose(eventsOf([block], []));
      if (found !== null) return found;
    }
    return null;
  };
  const withOthers = async (
    known: ArchiveEvent | null,
    ms: number,
    ...asks: (() => Promise<ArchiveEvent | null>)[]
  ) => {
    let nearest = known;
    for (const ask of isUnsure(known, ms) ? asks : []) {
      try {
        nearest = nearer(nearest, await ask(), ms);
      } catch (error) {
        // What is loaded is better than nothing; the panel says what is wrong.
        if (!(error instanceof ApiError)) throw error;
      }
    }
    return nearest;
  };

  return {
    before: (ms: number) => {
      const known = archive.previousEvent(ms - BACK_FROM_MS);
      return withOthers(
        known,
        ms,
        () => inOlderMinutes(ms, known?.atMs ?? 0, (events) => eventBefore(events, ms - BACK_FROM_MS)),
        async () => (camera === null ? null : captionBefore(name, camera, ms - PASSED_MS)),
      );
    },
    after: (ms: number) => {
      const known = archive.nextEvent(ms);
      return withOthers(
        known,
        ms,
        () => inOlderMinutes(ms, known?.atMs ?? serverNow(), (events) => eventAfter(events, ms)),
        async () => (camera === null ? null : captionAfter(name, camera, ms + JUST_AFTER_MS)),
      );
    },
  };
}
