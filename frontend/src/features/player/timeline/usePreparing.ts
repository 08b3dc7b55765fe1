import { useEffect } from "react";

// Whoever passes over the line means none of its moments.
const RESTS_MS = 80;

/** Calls `prepare` with the moment that the pointer rests on (ms since 1970; null: on none). */
export function usePreparing(hoverMs: number | null, prepare: (ms: number) => void): void {
  useEffect(() => {
    if (hoverMs === null) return;
    const timer = setTimeout(() => prepare(hoverMs), RESTS_MS);
    return () => clearTimeout(timer);
  }, [hoverMs, prepare]);
}
