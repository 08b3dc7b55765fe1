/** Minutes for tests: all recorded and quiet, but for what a test sets. */
import { type Minutes, unknownMinutes } from "./series";

export function recordedMinutes(
  count: number,
  set: Partial<Record<keyof Minutes, Record<number, number>>> = {},
) {
  const minutes = unknownMinutes(count);
  minutes.frames.fill(120);
  for (const name of ["activity", "black", "frozen", "missing", "pictureSecond"] as const)
    minutes[name].fill(0);
  for (const name of ["frames", "activity", "black", "frozen", "missing", "pictureSecond"] as const) {
    for (const [index, value] of Object.entries(set[name] ?? {})) minutes[name][Number(index)] = value;
  }
  return minutes;
}
