/** What is said of captions that are no events yet. */
import { count } from "@/lib/format";

/** `128 recent captions are not merged yet`; `most`: there may be more than so many. */
export function recentWords(found: number, most: number, isNarrowed: boolean): string {
  const what = isNarrowed ? "matching recent caption" : "recent caption";
  const number = found >= most ? `${most} or more ${what}s` : count(found, what);
  return `${number} ${found === 1 ? "is" : "are"} not merged yet`;
}

/** How far a merge is: what was there when it was asked for, and what is left of that. */
export interface Merging {
  /** Cameras and how many captions each had. */
  begun: ReadonlyMap<string, number>;
  /** How many each has now; a camera that is not there has none. */
  now: ReadonlyMap<string, number>;
}

/** Cameras whose captions are not merged yet. A merge takes all of a camera's; what is more came meanwhile. */
export function unmerged({ begun, now }: Merging): string[] {
  return [...begun].filter(([camera, count]) => (now.get(camera) ?? 0) >= count).map(([camera]) => camera);
}

/** `Merging captions of 3 cameras: 1 is done`. */
export function mergingWords(merging: Merging): string {
  const all = merging.begun.size;
  const done = all - unmerged(merging).length;
  if (done === all) return "Merged";
  const first = `Merging captions of ${count(all, "camera")}`;
  return done === 0 ? `${first}…` : `${first}: ${done} ${done === 1 ? "is" : "are"} done`;
}
