/** When was the picture that is on the screen taken, and where is a moment on the player's own time line? */

/** A loaded fragment: where its pictures lie on the media time line, and when the first one was taken. */
export interface PlacedFragment {
  beginS: number;
  endS: number;
  dateMs: number;
  /** When each of its pictures is due, in seconds of the media time line, in order. */
  framesS: readonly number[];
}

// Browsers round a picture's time to whole microseconds, and a fragment's edges are ticks of 1/90000 s.
const ROUNDING_S = 0.002;

/**
 * When the picture at `mediaTimeS` was taken, in ms since 1970; null where no loaded fragment holds it. Where two
 * overlap, the later one's pictures have replaced the other's.
 */
export function wallClockOf(mediaTimeS: number, fragments: Iterable<PlacedFragment>): number | null {
  let found: PlacedFragment | null = null;
  for (const fragment of fragments) {
    if (fragment.beginS > mediaTimeS + ROUNDING_S) continue;
    if (found === null || fragment.beginS >= found.beginS) found = fragment;
  }
  if (found === null || mediaTimeS > found.endS + ROUNDING_S) return null;
  return found.dateMs + (mediaTimeS - found.beginS) * 1000;
}

/** A fragment of the playlist: where the player expects it, or has found it. */
export interface ListedFragment {
  startS: number;
  durationS: number;
  dateMs: number;
}

/**
 * Where the picture of `ms` is on the media time line, or the next one where nothing was recorded; null where
 * the list ends before or begins only later.
 */
export function mediaTimeOf(
  ms: number,
  fragments: readonly ListedFragment[],
): { mediaTimeS: number; ms: number } | null {
  const first = fragments[0];
  if (first === undefined || ms < first.dateMs) return null;
  const fragment = fragments.find((listed) => listed.dateMs + listed.durationS * 1000 > ms);
  if (fragment === undefined) return null;
  const atMs = Math.max(ms, fragment.dateMs);
  return { mediaTimeS: fragment.startS + (atMs - fragment.dateMs) / 1000, ms: atMs };
}

/**
 * Where to put the play head to show the picture that is `steps` after (before, if negative) the one due at
 * `shownS`: the middle of the time it stands. Null where the loaded fragments do not reach that far.
 */
export function steppedTo(shownS: number, steps: number, fragments: Iterable<PlacedFragment>): number | null {
  const due: number[] = [];
  let endS = 0;
  for (const fragment of fragments) {
    due.push(...fragment.framesS);
    endS = Math.max(endS, fragment.endS);
  }
  due.sort((one, other) => one - other);
  const times = due.filter((time, index) => index === 0 || time - (due[index - 1] ?? 0) > ROUNDING_S);
  const shown = times.findLastIndex((time) => time <= shownS + ROUNDING_S);
  const wanted = times[shown + steps];
  if (shown === -1 || wanted === undefined) return null;
  const until = times[shown + steps + 1] ?? endS;
  return (wanted + Math.max(until, wanted)) / 2;
}
