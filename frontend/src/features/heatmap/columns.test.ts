import { expect, test } from "vitest";
import { foundRuns, minutesOfColumn, toColumns, troubleRuns } from "./columns";
import { KIND } from "./minuteKind";
import { UNKNOWN, unknownMinutes } from "./series";
import { recordedMinutes } from "./testMinutes";

test("no minute is skipped and none counts twice where a column has several", () => {
  for (const [columns, minutes] of [
    [7, 1440],
    [1100, 1440],
    [720, 1500],
    [1440, 1440],
  ] as const) {
    const seen = Array.from({ length: columns }, (_, column) => minutesOfColumn(column, columns, minutes));
    const counted = seen.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
    expect(counted).toEqual(Array.from({ length: minutes }, (_, i) => i));
  }
});

test("where a minute has several columns each column has one minute", () => {
  expect([0, 1, 2, 3].map((column) => minutesOfColumn(column, 4, 2))).toEqual([
    [0, 1],
    [0, 1],
    [1, 2],
    [1, 2],
  ]);
});

test("a column shows its busiest minute and its worst trouble", () => {
  const minutes = recordedMinutes(4, { activity: { 0: 10, 1: 200 }, missing: { 2: 60 }, black: { 3: 60 } });
  const { activity, kinds } = toColumns(minutes, 4, 2);
  expect([...activity]).toEqual([200, 0]);
  expect([...kinds]).toEqual([KIND.recorded, KIND.missing]);
});

test("what is unknown stays unknown, and gives way to a minute that is known", () => {
  expect([...toColumns(unknownMinutes(4), 4, 2).kinds]).toEqual([KIND.unknown, KIND.unknown]);
  const half = recordedMinutes(2, { frames: { 0: UNKNOWN } });
  expect([...toColumns(half, 2, 1).kinds]).toEqual([KIND.recorded]);
});

test("seconds that are missing from a recorded minute are not lost", () => {
  const minutes = recordedMinutes(4, { missing: { 1: 3 }, frames: { 3: UNKNOWN } });
  expect([...toColumns(minutes, 4, 2).gaps]).toEqual([1, 0]);
});

test("what was not analysed has no activity", () => {
  const minutes = recordedMinutes(2, { activity: { 0: UNKNOWN, 1: UNKNOWN } });
  expect([...toColumns(minutes, 2, 1).activity]).toEqual([UNKNOWN]);
});

test("runs join neighbours of one kind and leave out what is simply recorded", () => {
  const { missing, recorded, black, unknown } = KIND;
  expect(troubleRuns(new Uint8Array([missing, missing, recorded, black, unknown]))).toEqual([
    { kind: missing, from: 0, to: 2 },
    { kind: black, from: 3, to: 4 },
    { kind: unknown, from: 4, to: 5 },
  ]);
  expect(troubleRuns(new Uint8Array())).toEqual([]);
});

test("a column is lit where one of its minutes was found, and neighbours are one", () => {
  const found = new Uint8Array([0, 0, 0, 1, 1, 0, 0, 0]);
  const lit = toColumns(recordedMinutes(8), 8, 4, found).found;
  expect([...(lit ?? [])]).toEqual([0, 1, 1, 0]);
  expect(foundRuns(lit ?? new Uint8Array())).toEqual([[1, 3]]);
  expect(toColumns(recordedMinutes(8), 8, 4).found).toBeNull();
  expect(foundRuns(new Uint8Array([1, 0, 1]))).toEqual([
    [0, 1],
    [2, 3],
  ]);
});
