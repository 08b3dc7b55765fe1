/** The wall's binary answer: four bytes with the length of the head, the head as JSON, the JPEGs behind it. */
import type { Word } from "@/api/types";

/** What a tile shows; "unknown": there is no such device, or not for this user. */
export type TileWord = Word | "unknown";

/** What the gateway says of one device. */
export interface FrameFacts {
  /** Full name: "lab-1/street". */
  device: string;
  word: TileWord;
  sentence: string;
  /** When the newest picture was taken, in ms since 1970 by its host's clock; null: no picture is known. */
  takenMs: number | null;
  /** How old that picture was when the gateway answered, in ms. */
  ageMs: number | null;
  /** It is no picture of now. */
  isStale: boolean;
  /** Of the newest picture; another number, another picture. */
  number: number | null;
  /** null: the same as before, or there is none. */
  jpeg: Blob | null;
}

export interface FramesAnswer {
  /** What to send as `after` the next time. */
  cursor: string;
  frames: FrameFacts[];
}

const WORDS: ReadonlySet<string> = new Set([
  "live",
  "starting",
  "stalled",
  "no source",
  "stopped",
  "frozen",
  "black",
  "host silent",
  "unknown",
] satisfies TileWord[]);

/** Takes an answer apart. Throws Error where it is none: cut off, or of another form. */
export function parseFrames(body: ArrayBuffer): FramesAnswer {
  if (body.byteLength < 4) throw new Error("The wall's answer is cut off.");
  const headEnd = 4 + new DataView(body).getUint32(0);
  if (headEnd > body.byteLength) throw new Error("The wall's answer is cut off.");
  const head: unknown = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 4, headEnd - 4)));
  if (!isRecord(head) || typeof head.cursor !== "string" || !Array.isArray(head.frames))
    throw new Error("The wall's answer has another form.");
  let offset = headEnd;
  const frames = head.frames.map((told: unknown) => {
    if (!isRecord(told) || typeof told.device !== "string" || typeof told.length !== "number")
      throw new Error("The wall's answer has another form.");
    const end = offset + told.length;
    if (end > body.byteLength) throw new Error("The wall's answer is cut off.");
    const jpeg = told.length === 0 ? null : new Blob([new Uint8Array(body, offset, told.length)], JPEG);
    offset = end;
    return factsOf(told.device, told, jpeg);
  });
  return { cursor: head.cursor, frames };
}

const JPEG = { type: "image/jpeg" };

function factsOf(device: string, told: Record<string, unknown>, jpeg: Blob | null): FrameFacts {
  const takenMs = typeof told.time === "string" ? Date.parse(told.time) : Number.NaN;
  return {
    device,
    word: isWord(told.word) ? told.word : "unknown",
    sentence: typeof told.sentence === "string" ? told.sentence : "",
    takenMs: Number.isNaN(takenMs) ? null : takenMs,
    ageMs: typeof told.age_s === "number" ? told.age_s * 1000 : null,
    isStale: told.stale !== false,
    number: typeof told.number === "number" ? told.number : null,
    jpeg,
  };
}

function isWord(value: unknown): value is TileWord {
  return typeof value === "string" && WORDS.has(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
