import { ApiError } from "@/api/errors";
import type { DeviceName } from "@/lib/deviceAddress";
import { type ArchiveEvent, isUnsure, nearer } from "./events";
import { captionAfter, captionBefore } from "./queries";
import type { Archive } from "./useArchive";
import { useCaptionCamera } from "./useCaptions";

// One that was jumped to a moment ago is passed over.
const PASSED_MS = 4_000;
const JUST_AFTER_MS = 500;

/** The events before and after a moment, also where its day is not loaded. Null: none is known. */
export function useJumps(name: DeviceName, archive: Archive) {
  const camera = useCaptionCamera(name);
  const withCaptions = async (
    known: ArchiveEvent | null,
    ms: number,
    ask: (camera: string) => Promise<ArchiveEvent | null>,
  ) => {
    if (camera === null || !isUnsure(known, ms)) return known;
    try {
      return nearer(known, await ask(camera), ms);
    } catch (error) {
      // What is loaded is better than nothing; the panel says what is wrong.
      if (error instanceof ApiError) return known;
      throw error;
    }
  };
  return {
    before: (ms: number) =>
      withCaptions(archive.previousEvent(ms - 2_000), ms, (of) => captionBefore(name, of, ms - PASSED_MS)),
    after: (ms: number) =>
      withCaptions(archive.nextEvent(ms), ms, (of) => captionAfter(name, of, ms + JUST_AFTER_MS)),
  };
}
