/** How many devices are in which state: "11 live · 1 frozen · 1 stale". */
import type { Word } from "@/api/types";
import { markOf, type Tone } from "@/lib/stateMarks";
import type { TileView } from "./tileView";

export type CountedWord = Word | "stale" | "not there";

export interface Counted {
  word: CountedWord;
  count: number;
  tone: Tone;
}

/** What a device is counted as: by its tile where that is on the screen, else by what the list says. */
export function countedWord(view: TileView | null, listed: Word | null): CountedWord {
  if (view === null || view.word === "waiting") return listed ?? "not there";
  if (view.word === "unknown") return "not there";
  return view.word === "live" && view.isStale ? "stale" : view.word;
}

const ORDER: readonly CountedWord[] = [
  "live",
  "starting",
  "stale",
  "stopped",
  "host silent",
  "not there",
  "black",
  "frozen",
  "stalled",
  "no source",
];

/** The live ones first, then from what asks nothing to what asks for action. States of no device are left out. */
export function countsOf(words: readonly CountedWord[]): Counted[] {
  const found = new Map<CountedWord, number>();
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1);
  return ORDER.flatMap((word) => {
    const count = found.get(word) ?? 0;
    return count === 0 ? [] : [{ word, count, tone: toneOf(word) }];
  });
}

function toneOf(word: CountedWord): Tone {
  return word === "stale" || word === "not there" ? "attention" : markOf(word).tone;
}
