import { expect, test } from "vitest";
import { needsFullBuild, undecodable } from "./hls";

const parsing = (message: string) =>
  ({ details: "fragParsingError", error: new Error(message) }) as Parameters<typeof needsFullBuild>[0];
const codec = (mimeType: string | undefined, details = "bufferAddCodecError") =>
  undecodable({ details, mimeType } as Parameters<typeof undecodable>[0]);

test("H.265 takes the full build, broken footage does not", () => {
  expect(needsFullBuild(parsing("Unsupported HEVC in M2TS found"))).toBe(true);
  expect(needsFullBuild(parsing("Found no media"))).toBe(false);
  expect(
    needsFullBuild({ ...parsing("Unsupported HEVC in M2TS found"), details: "fragLoadError" } as never),
  ).toBe(false);
});

test("what a browser cannot decode is said by its usual name", () => {
  expect(codec("video/mp4;codecs=hvc1.1.6.L93.B0")).toBe("H.265");
  expect(codec('audio/mp4; codecs="ec-3"')).toBe("E-AC-3 sound");
  expect(codec("video/mp4;codecs=vp09.00")).toBe("vp09");
  expect(codec(undefined, "bufferIncompatibleCodecsError")).toBe("this video");
  expect(codec("video/mp4;codecs=hvc1", "bufferAppendError")).toBeNull();
});
