/** How often the wall asks. */

/** How the last request went, and whether anybody can see the page. */
export interface LastRequest {
  tookMs: number;
  /** In a row; 0: the last one succeeded. */
  failures: number;
  isHidden: boolean;
}

const EVERY_MS = 1_000;
// Nobody looks: often enough that what is seen on return is a picture of seconds ago.
const HIDDEN_EVERY_MS = 15_000;
const LONGEST_AFTER_FAILURES_MS = 10_000;
// A slow answer must not be followed by the next question at once.
const SHORTEST_REST_MS = 250;

/** Milliseconds from the end of a request until the next one begins. */
export function restAfter({ tookMs, failures, isHidden }: LastRequest): number {
  const every = isHidden
    ? HIDDEN_EVERY_MS
    : Math.min(LONGEST_AFTER_FAILURES_MS, EVERY_MS * 2 ** Math.min(failures, 10));
  return failures > 0 || isHidden ? every : Math.max(SHORTEST_REST_MS, every - tookMs);
}
