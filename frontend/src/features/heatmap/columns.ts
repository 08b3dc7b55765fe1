/** Minutes to columns of the screen: the busiest minute and the worst trouble of each are kept. */
import { KIND, type Kind, kindOf, seconds } from "./minuteKind";
import { type Minutes, UNKNOWN } from "./series";

/** A row as it is drawn: a byte a column. */
export interface Columns {
  /** The largest activity; UNKNOWN: none of its minutes was analysed. */
  activity: Uint8Array;
  /** The worst kind. */
  kinds: Uint8Array;
  /** 1 where a minute that is recorded has seconds missing. */
  gaps: Uint8Array;
  /** 1 where a search has found a minute; null: nothing is searched for. */
  found: Uint8Array | null;
}

/** Minutes `[from, to)` of column `column`; every minute is in at least one column, none is skipped. */
export function minutesOfColumn(column: number, columns: number, minutes: number): [number, number] {
  const from = Math.floor((column * minutes) / columns);
  return [from, Math.max(from + 1, Math.floor(((column + 1) * minutes) / columns))];
}

/** A device's first `count` minutes in `width` columns. `found`: as in a row. */
export function toColumns(
  minutes: Minutes,
  count: number,
  width: number,
  found: Uint8Array | null = null,
): Columns {
  const activity = new Uint8Array(width).fill(UNKNOWN);
  const kinds = new Uint8Array(width);
  const gaps = new Uint8Array(width);
  const lit = found === null ? null : new Uint8Array(width);
  for (let column = 0; column < width; column += 1) {
    const [from, to] = minutesOfColumn(column, width, count);
    let most = -1;
    let worst: Kind = KIND.unknown;
    for (let minute = from; minute < to; minute += 1) {
      const level = minutes.activity[minute] ?? UNKNOWN;
      if (level !== UNKNOWN && level > most) most = level;
      const kind = kindOf(minutes, minute);
      if (kind > worst) worst = kind;
      if (kind !== KIND.unknown && seconds(minutes.missing, minute) > 0) gaps[column] = 1;
      if (lit !== null && found?.[minute] === 1) lit[column] = 1;
    }
    if (most >= 0) activity[column] = most;
    kinds[column] = worst;
  }
  return { activity, kinds, gaps, found: lit };
}

/** Neighbouring columns that were found, as [from, to), from left to right. */
export function foundRuns(found: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  for (let column = 0; column < found.length; column += 1) {
    if (found[column] !== 1) continue;
    const last = runs.at(-1);
    if (last?.[1] === column) last[1] = column + 1;
    else runs.push([column, column + 1]);
  }
  return runs;
}

/** Neighbouring columns of one kind. `to` is not included. */
export interface Run {
  kind: Kind;
  from: number;
  to: number;
}

const KINDS: readonly Kind[] = [KIND.unknown, KIND.recorded, KIND.frozen, KIND.black, KIND.missing];

/** A row's columns of other kinds than recorded, as runs from left to right. */
export function troubleRuns(kinds: Uint8Array): Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (let column = 1; column <= kinds.length; column += 1) {
    if (column < kinds.length && kinds[column] === kinds[from]) continue;
    const kind = KINDS[kinds[from] ?? KIND.unknown] ?? KIND.unknown;
    if (kind !== KIND.recorded) runs.push({ kind, from, to: column });
    from = column;
  }
  return runs;
}
