/** Outages in words. */
import type { Outage } from "@/features/cameras/cameraTypes";
import { duration } from "@/lib/format";
import { capitalised } from "@/lib/stateMarks";

/** "99.65 %": never 100 % where a check failed, and with no digits that say nothing. */
export function uptimeText(percent: number | null): string {
  if (percent === null) return "Not known";
  if (percent === 100 || percent === 0) return `${percent} %`;
  return `${Math.min(99.99, Math.max(0.01, percent)).toFixed(2)} %`;
}

/** How long something was down. */
export function downText(seconds: number): string {
  return `${duration(seconds * 1000)} down`;
}

/** How long an outage was, with what is not known of it. */
export function lengthText(outage: Pick<Outage, "seconds" | "to" | "is_end_known">): string {
  const length = duration(outage.seconds * 1000);
  if (outage.to === null) return `${length}, and it lasts`;
  return outage.is_end_known ? length : `${length} at least: then it was not checked`;
}

/** Why, as a sentence. */
export function reasonText({ problem, problem_code }: Pick<Outage, "problem" | "problem_code">): string {
  const text = problem ?? problem_code;
  if (text === null || text === "") return "The reason is not known.";
  const sentence = capitalised(text);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Since when a camera is as it is, by its newest outage (ISO 8601); null: it began before what is known. */
export function sinceOf(
  isConnected: boolean,
  newest: Pick<Outage, "from" | "to" | "is_end_known"> | undefined,
): string | null {
  if (newest === undefined) return null;
  if (newest.to === null) return isConnected ? null : newest.from;
  return isConnected && newest.is_end_known ? newest.to : null;
}
