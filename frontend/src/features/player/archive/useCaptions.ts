import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { devicesQuery } from "@/api/queries";
import type { DeviceName } from "@/lib/deviceAddress";
import { useCaptionsUse } from "@/lib/useCaptionsUse";
import { captionEvents } from "./captions";
import type { ArchiveEvent } from "./events";
import { type CaptionsFound, captionsQuery } from "./queries";
import type { Span } from "./span";

/** What is known of a device's captions. */
export interface Captions {
  /** By time. */
  events: ArchiveEvent[];
  /** Why they cannot be asked for now, or are not in use at all; null: they can. */
  error: Error | null;
  /** Some stretch has more of them than are loaded: its earliest are missing. */
  isCut: boolean;
}

/** The camera that a device is, by its name in captions; null: not known, or there are no captions to be read. */
export function useCaptionCamera(name: DeviceName): string | null {
  const { isOn } = useCaptionsUse();
  const devices = useQuery({ ...devicesQuery, enabled: isOn });
  const found = devices.data?.find((one) => one.host === name.host && one.device === name.device);
  return (isOn && found?.external_id) || null;
}

/** Events out of a device's captions in all of `stretches`. */
export function useCaptions(name: DeviceName, stretches: readonly Span[]): Captions {
  const camera = useCaptionCamera(name);
  const { answers, error, isCut } = useQueries({
    queries: stretches.map((stretch) => captionsQuery(name, camera, stretch)),
    combine,
  });
  const events = useMemo(() => captionEvents(answers), [answers]);
  return useMemo(() => ({ events, error, isCut }), [events, error, isCut]);
}

// Outside of the hook: what combines stays the same function, so that equal answers give equal objects.
function combine(asked: { data: CaptionsFound | undefined; error: Error | null }[]) {
  const found = asked.map(({ data }) => data).filter((data) => data !== undefined);
  return {
    answers: found.map(({ events }) => events),
    isCut: found.some(({ isCut }) => isCut),
    error: asked.find(({ error }) => error !== null)?.error ?? null,
  };
}
