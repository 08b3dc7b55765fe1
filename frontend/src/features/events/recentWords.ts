/** Captions that are no events yet: which are shown, and what is said of them. */
import { count } from "@/lib/format";

const LONGEST_QUESTION = 200;

/** What recent captions are asked for where events are searched for `text`: they know no quotes, and no "-word". */
export function recentQuestion(text: string): string {
  const words = text
    .replaceAll('"', " ")
    .split(/\s+/)
    .filter((word) => word !== "" && !word.startsWith("-"));
  return words.join(" ").slice(0, LONGEST_QUESTION).trim();
}

/** `128 recent captions are not merged yet`; `most`: there may be more than so many. */
export function recentWords(found: number, most: number, isNarrowed: boolean): string {
  const what = isNarrowed ? "matching recent caption" : "recent caption";
  const number = found >= most ? `${most} or more ${what}s` : count(found, what);
  return `${number} ${found === 1 ? "is" : "are"} not merged yet`;
}
