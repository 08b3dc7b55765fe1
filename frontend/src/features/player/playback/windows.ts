/** Which stretch of the archive is asked for next. All times are ms since 1970. */

const MINUTE_MS = 60_000;
// The first answer shall be there at once; what follows is fetched while it plays.
const FIRST_BEFORE_MS = MINUTE_MS;
const FIRST_AFTER_MS = 3 * MINUTE_MS;
const NEXT_MS = 20 * MINUTE_MS;
const AHEAD_MS = 10 * MINUTE_MS;
// What is younger than this is in the live playlist as well, or about to be.
const NEAR_NOW_MS = 8_000;
const KEPT_BEHIND_MS = 30 * MINUTE_MS;
// Live writes the whole list anew with every segment: it is kept short.
const KEPT_BEHIND_LIVE_MS = 5 * MINUTE_MS;
const LIVE_BUFFER_MS = 3_000;
const LIVE_BUFFER_ENTRIES = 2;
const DAY_MS = 24 * 60 * MINUTE_MS;
// The gateway answers for so long at a time.
const LONGEST_MS = 31 * DAY_MS;
// Nothing is looked for further back than this, month by month.
const LOOKED_FOR_MS = 366 * DAY_MS;

export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** The stretch around a moment that somebody wants to see. */
export function firstStretch(atMs: number): Stretch {
  return { fromMs: atMs - FIRST_BEFORE_MS, toMs: atMs + FIRST_AFTER_MS };
}

/** Whether so much lies ahead of what is shown that no more is fetched yet. */
export function isEnough(endMs: number, shownMs: number, rate: number): boolean {
  return endMs - shownMs > AHEAD_MS * Math.max(1, rate);
}

/**
 * How a reel that ends at `endMs` goes on while `shownMs` is shown at `rate`: by a stretch of the archive, by the
 * live playlist, or not yet (null).
 */
export function nextStretch(
  endMs: number,
  shownMs: number,
  rate: number,
  nowMs: number,
): Stretch | "live" | null {
  if (isEnough(endMs, shownMs, rate)) return null;
  if (nowMs - endMs < NEAR_NOW_MS) return "live";
  return { fromMs: endMs - 1, toMs: Math.min(endMs + NEXT_MS * Math.max(1, rate / 4), nowMs + MINUTE_MS) };
}

/** What is asked for of the archive where live goes on only later than the reel's end: not all of it at once. */
export function stretchTowardsNow(endMs: number, nowMs: number): Stretch {
  return { fromMs: endMs - 1, toMs: Math.max(endMs, Math.min(endMs + NEXT_MS, nowMs)) };
}

/** Whether a moment is so old that what is recorded from there until now cannot be asked for in one question. */
export function isLongAgo(ms: number, nowMs: number): boolean {
  return nowMs - ms > LONGEST_MS;
}

/** The questions, one after the other, with which the next footage after `ms` is found. */
export function questionsFrom(ms: number, nowMs: number): Stretch[] {
  const toMs = Math.max(nowMs, ms + 1_000);
  const stretches: Stretch[] = [];
  for (let fromMs = Math.max(ms, nowMs - LOOKED_FOR_MS); fromMs < toMs; fromMs += LONGEST_MS) {
    stretches.push({ fromMs, toMs: Math.min(fromMs + LONGEST_MS, toMs) });
  }
  return stretches;
}

/** What ended before this is no longer kept in the reel. */
export function keptFrom(shownMs: number, isLive: boolean): number {
  return shownMs - (isLive ? KEPT_BEHIND_LIVE_MS : KEPT_BEHIND_MS);
}

/** Where in the newest entries live begins: near their end, with enough left to play until the next one is there. */
export function liveStart(entries: readonly { dateMs: number; durationMs: number }[]): number {
  const last = entries.at(-1);
  if (last === undefined) return 0;
  const longest = Math.max(...entries.map((entry) => entry.durationMs));
  return last.dateMs + last.durationMs - Math.max(LIVE_BUFFER_MS, LIVE_BUFFER_ENTRIES * longest);
}
