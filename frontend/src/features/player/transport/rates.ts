/** How fast it may play. */
export const RATES: readonly number[] = [0.25, 0.5, 1, 2, 4, 8, 16];

/** `¼×` is hard to read at a glance: `0.25×`. */
export function rateText(rate: number): string {
  return `${rate}×`;
}

/** The next faster (1) or slower (-1) rate; the same one at the ends. */
export function nextRate(rate: number, direction: 1 | -1): number {
  const at = RATES.indexOf(rate);
  return RATES[Math.min(RATES.length - 1, Math.max(0, at + direction))] ?? 1;
}
