/** What the player says, for people. */
import { ApiError } from "@/api/errors";
import type { DeviceName } from "@/lib/deviceAddress";
import { clock, dayAndClock } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { startOfDay, type Zone } from "@/lib/zone";
import type { EngineState } from "./engine";
import { NoFootage } from "./footage";
import type { LeftOut } from "./gaps";
import { Undecodable } from "./undecodable";

/** What is waited for, what went wrong, or what was left out; null: nothing. */
export function sentenceOf(
  state: Pick<EngineState, "status" | "trouble" | "leftOut">,
  name: DeviceName,
  zone: Zone,
): string | null {
  if (state.trouble instanceof NoFootage) return `${name.device} has no footage yet.`;
  if (state.trouble instanceof Undecodable) {
    return `This browser cannot decode ${state.trouble.codec}. It is recorded all the same: export it, or open this page in a browser that can.`;
  }
  if (state.trouble !== null && state.status !== "playing") {
    // What is no answer of the gateway hardly ever passes by itself.
    return state.trouble instanceof ApiError
      ? `${state.trouble.message} Trying again by itself.`
      : problemOf(state.trouble);
  }
  if (state.leftOut !== null) return leftOutSentence(state.leftOut, zone);
  if (state.status === "waiting") return `Waiting for pictures from ${name.host}…`;
  return null;
}

/** `No footage 14:02:11–14:09:02: source unreachable. Playing from 14:09:02.` */
export function leftOutSentence({ fromMs, toMs, reason }: LeftOut, zone: Zone): string {
  const isOneDay = startOfDay(fromMs, zone) === startOfDay(toMs, zone);
  const told = isOneDay ? clock : dayAndClock;
  const why = reason === null ? "." : `: ${reason.replace(/[.\s]*$/, ".")}`;
  return `No footage ${told(fromMs, zone)}–${told(toMs, zone)}${why} Playing from ${told(toMs, zone)}.`;
}
