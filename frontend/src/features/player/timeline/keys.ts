/** What keys mean on the time line. */

const SECOND_MS = 1_000;
const STEPS = [1, 5, 10, 30, 60, 5 * 60, 10 * 60, 30 * 60].map((seconds) => seconds * SECOND_MS);

export type KeyMeaning =
  | { kind: "step"; byMs: number }
  | { kind: "zoom"; direction: -1 | 1 }
  | { kind: "pan"; byMs: number }
  | { kind: "begin" | "now" | "drop-range" };

/** What an arrow key steps in a view of this length: about the two hundredth part of it. */
export function arrowStep(length: number): number {
  return STEPS.findLast((step) => step <= length / 200) ?? SECOND_MS;
}

/** What a key means in a view of `length` ms; null: nothing. With Shift arrows step ten times as far. */
export function keyMeaning(key: string, hasShift: boolean, length: number): KeyMeaning | null {
  const step = arrowStep(length) * (hasShift ? 10 : 1);
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return { kind: "step", byMs: -step };
    case "ArrowRight":
    case "ArrowUp":
      return { kind: "step", byMs: step };
    case "+":
    case "=":
      return { kind: "zoom", direction: -1 };
    case "-":
      return { kind: "zoom", direction: 1 };
    case "PageUp":
      return { kind: "pan", byMs: -length / 2 };
    case "PageDown":
      return { kind: "pan", byMs: length / 2 };
    case "Home":
      return { kind: "begin" };
    case "End":
      return { kind: "now" };
    case "Escape":
      return { kind: "drop-range" };
    default:
      return null;
  }
}
