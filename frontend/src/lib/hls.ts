/** hls.js, loaded when first played: the light build, and the full one for what only that can take apart. */
import type { ErrorData } from "hls.js";

/** The light build is two thirds of the full one, and takes no H.265 out of transport streams. */
export type HlsBuild = "light" | "full";

/** The classes and names of a build. */
export function loadHls(build: HlsBuild): Promise<typeof import("hls.js")> {
  return build === "full" ? import("hls.js") : import("hls.js/light");
}

/** Whether the light build has met what the full one can take apart. */
export function needsFullBuild({ details, error }: Pick<ErrorData, "details" | "error">): boolean {
  // It says so in words alone.
  return details === "fragParsingError" && /HEVC|EC-3/.test(error.message);
}

/** What the browser cannot decode, for people; null: it was something else. */
export function undecodable({ details, mimeType }: Pick<ErrorData, "details" | "mimeType">): string | null {
  if (details !== "bufferAddCodecError" && details !== "bufferIncompatibleCodecsError") return null;
  const codec = /codecs="?([a-z0-9-]+)/i.exec(mimeType ?? "")?.[1]?.toLowerCase() ?? "";
  return NAMES.find(([begin]) => codec.startsWith(begin))?.[1] ?? (codec || "this video");
}

const NAMES = [
  ["hvc1", "H.265"],
  ["hev1", "H.265"],
  ["avc1", "this kind of H.264"],
  ["ec-3", "E-AC-3 sound"],
  ["ac-3", "AC-3 sound"],
] as const;
