/** Where the lanes of the time line are, from the top, in CSS pixels. */

export interface Lane {
  top: number;
  height: number;
}

export interface Lanes {
  ruler: Lane;
  activity: Lane;
  footage: Lane;
  events: Lane;
  height: number;
}

const WIDE: Lanes = {
  ruler: { top: 0, height: 28 },
  activity: { top: 32, height: 44 },
  footage: { top: 76, height: 20 },
  events: { top: 102, height: 24 },
  height: 128,
};
const NARROW: Lanes = {
  ruler: { top: 0, height: 24 },
  activity: { top: 24, height: 34 },
  footage: { top: 58, height: 16 },
  events: { top: 78, height: 20 },
  height: 100,
};

/** The width below which there is no room for the lanes' names. */
export const NARROW_BELOW = 720;

export function lanesFor(width: number): Lanes {
  return width < NARROW_BELOW ? NARROW : WIDE;
}
