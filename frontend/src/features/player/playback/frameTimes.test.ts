import { expect, test } from "vitest";
import { frameTimes, timescaleOf } from "./frameTimes";

function box(type: string, ...content: (number[] | Uint8Array)[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 8);
  const bytes = new Uint8Array(length);
  bytes.set(word(length));
  bytes.set(
    [...type].map((letter) => letter.charCodeAt(0)),
    4,
  );
  let at = 8;
  for (const part of content) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const word = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);

function fragment(base: number, samples: { duration: number; offset: number }[]): Uint8Array {
  const decodeTime = box("tfdt", [1, 0, 0, 0], word(0), word(base));
  const fields = samples.flatMap(({ duration, offset }) => [
    ...word(duration),
    ...word(100),
    ...word(0),
    ...word(offset),
  ]);
  const run = box("trun", [0, 0, 0x0f, 0x01], word(samples.length), word(0), fields);
  return box("moof", box("mfhd", [0, 0, 0, 0]), box("traf", box("tfhd", [0, 0, 0, 0]), decodeTime, run));
}

test("the timescale is the track's", () => {
  const header = box("mdhd", [0, 0, 0, 0], word(0), word(0), word(90_000), word(0));
  expect(timescaleOf(box("moov", box("trak", box("mdia", header))))).toBe(90_000);
  expect(timescaleOf(fragment(0, []))).toBeNull();
});

test("pictures are due by their durations", () => {
  const bytes = fragment(900_000, [
    { duration: 3600, offset: 0 },
    { duration: 7200, offset: 0 },
    { duration: 3600, offset: 0 },
  ]);
  expect(frameTimes(bytes, 90_000)).toEqual([10, 10.04, 10.12]);
});

test("pictures that are decoded in another order are told in the order they are shown", () => {
  const bytes = fragment(0, [
    { duration: 3600, offset: 3600 },
    { duration: 3600, offset: 10_800 },
    { duration: 3600, offset: 0 },
  ]);
  expect(frameTimes(bytes, 90_000)).toEqual([0.04, 0.08, 0.16]);
});

test("bytes that are no fragment have no pictures", () => {
  expect(frameTimes(new Uint8Array([0, 0, 0, 0, 1, 2]), 90_000)).toEqual([]);
});
