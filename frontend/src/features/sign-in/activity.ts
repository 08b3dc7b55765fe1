/** A made-up day of a made-up fleet, for the ground of the sign-in page. */

/** Minutes of a day as activity from 0 to 1, -1 where nothing is recorded. The same for the same `row`. */
export function madeUpDay(row: number, columns: number): number[] {
  const random = seeded(row * 7919 + 17);
  const busiest = 0.35 + 0.35 * random();
  const width = 0.08 + 0.12 * random();
  const level = 0.25 + 0.6 * random();
  const gapAt = random() < 0.45 ? random() : -1;
  const gapLength = 0.02 + 0.05 * random();
  let drift = 0.5;
  return Array.from({ length: columns }, (_, column) => {
    const at = column / columns;
    drift = Math.min(1, Math.max(0, drift + (random() - 0.5) * 0.5));
    if (gapAt >= 0 && at >= gapAt && at < gapAt + gapLength) return -1;
    const hump =
      Math.exp(-(((at - busiest) / width) ** 2)) + 0.5 * Math.exp(-(((at - busiest - 0.22) / 0.07) ** 2));
    return Math.min(1, level * hump * (0.35 + 0.8 * drift) + 0.08 * drift);
  });
}

// Mulberry32: small, and good enough for a picture.
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
