/** What a turn of the wheel means. */

const PIXELS_A_LINE = 16;
const PIXELS_A_PAGE = 400;

/** Zooming by a factor, or panning by pixels. */
export function wheelMeaning(turn: {
  deltaX: number;
  deltaY: number;
  deltaMode: number;
  shiftKey: boolean;
  ctrlKey: boolean;
}): { factor: number } | { pixels: number } {
  const unit = turn.deltaMode === 0 ? 1 : turn.deltaMode === 1 ? PIXELS_A_LINE : PIXELS_A_PAGE;
  const [x, y] = [turn.deltaX * unit, turn.deltaY * unit];
  if (turn.shiftKey) return { pixels: Math.abs(y) > Math.abs(x) ? y : x };
  if (Math.abs(x) > Math.abs(y)) return { pixels: x };
  // Touchpads tell a pinch as small turns with Ctrl; a notch of a mouse is a hundred pixels.
  const strength = turn.ctrlKey ? 0.01 : 0.002;
  return { factor: Math.exp(Math.max(-100, Math.min(100, y)) * strength) };
}
