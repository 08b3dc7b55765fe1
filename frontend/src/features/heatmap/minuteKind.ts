/** What a minute is shown as: one of a few kinds, the worse of which wins where they meet. */
import { type Minutes, UNKNOWN } from "./series";

/** Larger is worse; a column of several minutes shows its worst. */
export const KIND = { unknown: 0, recorded: 1, frozen: 2, black: 3, missing: 4 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

// A minute is what most of it was; less than that is told in words.
const MOST_OF_A_MINUTE_S = 30;

/** The kind of minute `index`. */
export function kindOf(minutes: Minutes, index: number): Kind {
  const frames = minutes.frames[index] ?? UNKNOWN;
  if (frames === UNKNOWN) return KIND.unknown;
  if (seconds(minutes.missing, index) >= MOST_OF_A_MINUTE_S) return KIND.missing;
  if (seconds(minutes.black, index) >= MOST_OF_A_MINUTE_S) return KIND.black;
  if (seconds(minutes.frozen, index) >= MOST_OF_A_MINUTE_S) return KIND.frozen;
  return KIND.recorded;
}

/** Seconds of minute `index` in a series; what was not analysed counts as none. */
export function seconds(series: Uint8Array, index: number): number {
  const value = series[index] ?? UNKNOWN;
  return value === UNKNOWN ? 0 : value;
}

/** A minute's state in words: "Recorded", "Recorded, 12 s missing", "Frozen". */
export function minuteWords(minutes: Minutes, index: number): string {
  const kind = kindOf(minutes, index);
  if (kind === KIND.unknown) return "Not reported";
  if (kind === KIND.missing) {
    const missing = seconds(minutes.missing, index);
    return missing >= 60 ? "Missing" : `${missing} s missing`;
  }
  const also = [
    [seconds(minutes.missing, index), "missing"],
    [kind === KIND.black ? 0 : seconds(minutes.black, index), "black"],
    [kind === KIND.frozen ? 0 : seconds(minutes.frozen, index), "frozen"],
  ] as const;
  const first = kind === KIND.black ? "Black screen" : kind === KIND.frozen ? "Frozen" : "Recorded";
  return [first, ...also.filter(([s]) => s > 0).map(([s, what]) => `${s} s ${what}`)].join(", ");
}
