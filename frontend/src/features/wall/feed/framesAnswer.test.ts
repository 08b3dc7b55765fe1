import { describe, expect, it } from "vitest";
import { parseFrames } from "./framesAnswer";

function answerOf(head: unknown, ...pictures: number[][]): ArrayBuffer {
  const packed = new TextEncoder().encode(JSON.stringify(head));
  const body = new Uint8Array(4 + packed.length + pictures.flat().length);
  new DataView(body.buffer).setUint32(0, packed.length);
  body.set(packed, 4);
  body.set(pictures.flat(), 4 + packed.length);
  return body.buffer;
}

const FRAME = {
  device: "lab-1/street",
  word: "live",
  state: "live",
  sentence: "Recording.",
  time: "2026-11-21T14:50:59.091Z",
  age_s: 1.9,
  stale: false,
  number: 6187,
  length: 0,
};

describe("the wall's answer", () => {
  it("has each device's facts, and its picture where that is new", async () => {
    const body = answerOf(
      {
        cursor: "abc",
        frames: [
          { ...FRAME, length: 3 },
          { ...FRAME, device: "lab-1/dümmer", word: "host silent", stale: true },
          { ...FRAME, device: "lab-2/pattern", length: 2 },
        ],
      },
      [1, 2, 3],
      [4, 5],
    );
    const { cursor, frames } = parseFrames(body);
    expect(cursor).toBe("abc");
    expect(frames.map(({ device, word, isStale }) => [device, word, isStale])).toEqual([
      ["lab-1/street", "live", false],
      ["lab-1/dümmer", "host silent", true],
      ["lab-2/pattern", "live", false],
    ]);
    expect(frames[0]).toMatchObject({
      ageMs: 1_900,
      takenMs: Date.UTC(2026, 10, 21, 14, 50, 59, 91),
      number: 6187,
    });
    expect(await bytesOf(frames[0]?.jpeg)).toEqual([1, 2, 3]);
    expect(frames[1]?.jpeg).toBeNull();
    expect(await bytesOf(frames[2]?.jpeg)).toEqual([4, 5]);
  });

  it("of a device without a picture has no time, and is stale unless it says otherwise", () => {
    const told = {
      device: "lab-1/new",
      word: "starting",
      sentence: "",
      time: null,
      age_s: null,
      number: null,
      length: 0,
    };
    const [frame] = parseFrames(answerOf({ cursor: "", frames: [told] })).frames;
    expect(frame).toMatchObject({ takenMs: null, ageMs: null, number: null, isStale: true, jpeg: null });
  });

  it("with a word of a later release is shown as not known", () => {
    const [frame] = parseFrames(answerOf({ cursor: "", frames: [{ ...FRAME, word: "asleep" }] })).frames;
    expect(frame?.word).toBe("unknown");
  });

  it.each([
    ["nothing", new ArrayBuffer(0)],
    ["half a head", answerOf({ cursor: "abc", frames: [] }).slice(0, 12)],
    ["half a picture", answerOf({ cursor: "abc", frames: [{ ...FRAME, length: 9 }] }, [1, 2])],
  ])("that is cut off is refused: %s", (_what, body) => {
    expect(() => parseFrames(body)).toThrow("cut off");
  });

  it("of another form is refused", () => {
    expect(() => parseFrames(answerOf({ frames: [] }))).toThrow("another form");
    expect(() => parseFrames(answerOf({ cursor: "", frames: [{ length: 0 }] }))).toThrow("another form");
  });
});

async function bytesOf(blob: Blob | null | undefined): Promise<number[]> {
  return [...new Uint8Array((await blob?.arrayBuffer()) ?? [])];
}
