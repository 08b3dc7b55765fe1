import { expect, test } from "vitest";
import { type ArchiveEvent, eventAfter, eventBefore, eventsOf, isUnsure, nearer } from "./events";
import type { MinuteBlock } from "./minutes";

const MINUTE = 60_000;
const CELLS = 120;

function block(series: Partial<MinuteBlock>, from = 0): MinuteBlock {
  return {
    from,
    to: from + CELLS * MINUTE,
    everyMs: MINUTE,
    frames: new Uint8Array(CELLS).fill(60),
    motionMean: null,
    motionPeak: null,
    blackS: null,
    frozenS: null,
    missingS: null,
    thumbnailS: null,
    ...series,
  };
}

function cells(background: number, values: Record<number, number>): Uint8Array {
  const bytes = new Uint8Array(CELLS).fill(background);
  for (const [index, value] of Object.entries(values)) bytes[Number(index)] = value;
  return bytes;
}

test("minutes that are black one after the other are one incident, to the second", () => {
  const events = eventsOf([block({ blackS: cells(0, { 10: 20, 11: 60, 12: 60, 13: 30 }) })], []);
  expect(events).toEqual([
    {
      kind: "black",
      from: 10 * MINUTE + 40_000,
      to: 13 * MINUTE + 30_000,
      atMs: 10 * MINUTE + 40_000,
      sentence: "The picture was black.",
    },
  ]);
});

test("a picture that stands still now and then has not stood still all the time", () => {
  const events = eventsOf([block({ frozenS: cells(0, { 10: 20, 11: 20, 12: 20 }) })], []);
  expect(events.map((event) => event.sentence)).toEqual(["The picture stood still for 1 min of it."]);
});

test("a second of black is nobody's incident, and what is not known is none", () => {
  expect(eventsOf([block({ blackS: cells(255, { 10: 2 }) })], [])).toEqual([]);
});

test("an incident goes on where the next block begins", () => {
  const first = block({ blackS: cells(0, { [CELLS - 1]: 60 }) });
  const second = block({ blackS: cells(0, { 0: 60 }) }, CELLS * MINUTE);
  expect(eventsOf([second, first], [])).toMatchObject([
    { kind: "black", from: (CELLS - 1) * MINUTE, to: (CELLS + 1) * MINUTE },
  ]);
});

test("motion is an event where it stands out, at its peak's picture", () => {
  const peak = cells(20, { 60: 120, 61: 200, 62: 120 });
  const events = eventsOf([block({ motionPeak: peak, thumbnailS: cells(255, { 61: 17 }) })], []);
  expect(events).toMatchObject([
    { kind: "motion", from: 60 * MINUTE, to: 63 * MINUTE, atMs: 61 * MINUTE + 17_000 },
  ]);
  expect(events[0]?.sentence).toBe("Motion: up to 62 % of the picture.");
});

test("where much moves all the time, nothing stands out", () => {
  expect(eventsOf([block({ motionPeak: cells(180, {}) })], [])).toEqual([]);
});

test("gaps are events, but not what expired or had not begun", () => {
  const gap = { from: 5, to: 9, sentence: "The host was off." };
  const events = eventsOf(
    [],
    [
      { ...gap, code: "expired" },
      { ...gap, code: "host_down", from: 9, to: 12 },
    ],
  );
  expect(events).toEqual([{ kind: "gap", from: 9, to: 12, atMs: 9, sentence: "The host was off." }]);
});

test("the next and the previous event have something to see, and jumping on never stays", () => {
  const event = (kind: ArchiveEvent["kind"], atMs: number): ArchiveEvent => ({
    kind,
    from: atMs,
    to: atMs + 1,
    atMs,
    sentence: "",
  });
  const events = [event("motion", 10_000), event("gap", 20_000), event("black", 30_000)];
  expect(eventAfter(events, 10_000)?.atMs).toBe(30_000);
  expect(eventAfter(events, 30_000)).toBeNull();
  expect(eventBefore(events, 30_000)?.atMs).toBe(10_000);
  expect(eventBefore(events, 11_000)).toBeNull();
});

test("captions stand among what was measured, by time", () => {
  const said: ArchiveEvent = { kind: "caption", from: 5, to: 5, atMs: 5, sentence: "A van.", eventId: "e" };
  const gap = { from: 2, to: 4, code: "host_down", sentence: "The host was off." };
  expect(eventsOf([], [gap], [said]).map(({ kind }) => kind)).toEqual(["gap", "caption"]);
});

test("the nearer of two is gone to, and what is far away is not sure to be the next", () => {
  const at = (hours: number): ArchiveEvent => {
    const ms = hours * 3_600_000;
    return { kind: "caption", from: ms, to: ms, atMs: ms, sentence: "" };
  };
  expect(nearer(at(5), at(3), 0)?.atMs).toBe(at(3).atMs);
  expect(nearer(at(3), null, 0)?.atMs).toBe(at(3).atMs);
  expect(nearer(null, at(3), 0)?.atMs).toBe(at(3).atMs);
  expect(nearer(null, null, 0)).toBeNull();
  expect([isUnsure(null, 0), isUnsure(at(3), 0), isUnsure(at(1), 0)]).toEqual([true, true, false]);
});
