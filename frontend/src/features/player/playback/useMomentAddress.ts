import { useEffect, useRef } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { notify } from "@/components/notify";
import { isUnreadable, momentIn, withMoment } from "./momentAddress";
import type { Playback } from "./playback";

/** The moment in the address, and how to write it there. */
export interface MomentAddress {
  /** In ms since 1970; null: live. */
  startMs: number | null;
  write(ms: number | null): void;
  /** What this page has written there itself; undefined: nothing yet. */
  written: { current: number | null | undefined };
}

export function useMomentAddress(): MomentAddress {
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const written = useRef<number | null | undefined>(undefined);
  const isLost = isUnreadable(query);
  useEffect(() => {
    if (isLost)
      notify({ title: "The time in this link cannot be read", message: "This is live.", kind: "problem" });
  }, [isLost]);
  return {
    startMs: momentIn(query),
    written,
    write(ms) {
      const next = withMoment(query, ms);
      written.current = momentIn(next);
      if (next.toString() === query.toString()) return;
      // Colons are allowed in a query, and a link is for people to read.
      const search = next.toString().replaceAll("%3A", ":");
      void navigate({ search }, { replace: true, preventScrollReset: true });
    },
  };
}

/**
 * The address names what was gone to or paused at, not every picture; and where it changes from outside (a link on
 * the page, the browser's history) the playback goes there.
 */
export function useFollowedAddress(address: MomentAddress, playback: Playback): void {
  const { startMs, written } = address;
  const { seek, goLive, mode, seekingToMs, isPlaying, timeMs } = playback;
  const begun = useRef(startMs);
  useEffect(() => {
    if (startMs === begun.current) return;
    begun.current = startMs;
    if (startMs === written.current) return;
    if (startMs === null) goLive();
    else seek(startMs);
  }, [startMs, written, seek, goLive]);

  const isPausedAt = isPlaying || timeMs === null ? null : Math.floor(timeMs / 1000);
  const wanted = useRef(address.write);
  wanted.current = address.write;
  const isShownLive = mode === "live" && isPlaying && timeMs !== null;
  useEffect(() => {
    // Going live is no moment, though its picture is waited for like one.
    if (seekingToMs !== null && mode !== "live") wanted.current(seekingToMs);
  }, [seekingToMs, mode]);
  useEffect(() => {
    if (isPausedAt !== null) wanted.current(isPausedAt * 1000);
  }, [isPausedAt]);
  useEffect(() => {
    if (isShownLive) wanted.current(null);
  }, [isShownLive]);
}
