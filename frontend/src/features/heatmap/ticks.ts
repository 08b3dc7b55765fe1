/** The ruler's ticks: at full hours of the zone's clock, so that days of 23 and 25 hours have them right. */
import { day, hourMinute } from "@/lib/format";
import { partsOf, startOfDay, timeOf, type Zone } from "@/lib/zone";
import { HOUR_MS } from "./period";

export interface Tick {
  ms: number;
  /** "14:00", "Fri 20 Nov" at midnight; null: a mark without words. */
  label: string | null;
  isMidnight: boolean;
}

const STEPS_H = [1, 2, 3, 4, 6, 12];
const LABEL_PX = 52;

/** Ticks of `[fromMs, toMs)` drawn `widthPx` wide; a mark an hour where there is room, words where they fit. */
export function ticksOf(fromMs: number, toMs: number, widthPx: number, zone: Zone): Tick[] {
  const hourPx = (widthPx * HOUR_MS) / (toMs - fromMs);
  const step = STEPS_H.find((hours) => hours * hourPx >= LABEL_PX) ?? 24;
  const markEvery = hourPx >= 8 ? 1 : step;
  const ticks: Tick[] = [];
  for (let midnight = startOfDay(fromMs, zone); midnight < toMs; ) {
    const { year, month, day: date } = partsOf(midnight, zone);
    for (let hour = 0; hour < 24; hour += markEvery) {
      const ms = timeOf(zone, year, month, date, hour);
      // An hour that the clock skips is the next one, which has its own tick.
      if (ms < fromMs || ms >= toMs || partsOf(ms, zone).hour !== hour) continue;
      const isMidnight = hour === 0;
      const label = isMidnight ? day(ms, zone) : hour % step === 0 ? hourMinute(ms, zone) : null;
      ticks.push({ ms, label, isMidnight });
    }
    midnight = timeOf(zone, year, month, date + 1);
  }
  return ticks;
}
