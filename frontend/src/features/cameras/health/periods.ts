/** The spans of time that a camera's history is shown for. */
const HOUR_MS = 3_600_000;

export const PERIODS = ["1h", "24h", "7d", "30d"] as const;
export type PeriodName = (typeof PERIODS)[number];

const LENGTH_MS: Readonly<Record<PeriodName, number>> = {
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 7 * 24 * HOUR_MS,
  "30d": 30 * 24 * HOUR_MS,
};

export const PERIOD_WORDS: Readonly<Record<PeriodName, string>> = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
};

/** Half open, in ms since 1970. */
export interface Span {
  fromMs: number;
  toMs: number;
}

export function periodNameOf(text: string | null): PeriodName {
  return PERIODS.find((one) => one === text) ?? "24h";
}

/** The span that ends at the full minute after `nowMs`: the same for a minute. */
export function spanOf(period: PeriodName, nowMs: number): Span {
  const toMs = Math.ceil(nowMs / 60_000) * 60_000;
  return { fromMs: toMs - LENGTH_MS[period], toMs };
}
