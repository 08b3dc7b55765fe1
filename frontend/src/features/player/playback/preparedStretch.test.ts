import { expect, test } from "vitest";
import type { Entry } from "./playlist";
import { PreparedStretch } from "./preparedStretch";
import type { Stretch } from "./windows";

const HOUR_MS = 3_600_000;

function stand() {
  const asked: Stretch[] = [];
  const clock = { nowMs: 10 * HOUR_MS };
  const answers: { fails: boolean } = { fails: false };
  const entries: Entry[] = [];
  const prepared = new PreparedStretch(
    (stretch) => {
      asked.push(stretch);
      return answers.fails ? Promise.reject(new Error("away")) : Promise.resolve(entries);
    },
    () => clock.nowMs,
  );
  return { asked, clock, answers, entries, prepared };
}

test("what was pointed at is there when it is asked for", async () => {
  const { prepared, entries, asked } = stand();
  prepared.prepare(HOUR_MS);
  expect(await prepared.take(HOUR_MS + 5_000)).toBe(entries);
  expect(asked).toHaveLength(1);
});

test("pointing a little beside it asks for nothing, and far away for another stretch", () => {
  const { prepared, asked } = stand();
  prepared.prepare(HOUR_MS);
  prepared.prepare(HOUR_MS + 5_000);
  expect(asked).toHaveLength(1);
  prepared.prepare(2 * HOUR_MS);
  expect(asked).toHaveLength(2);
});

test("another moment, an old answer and one that failed have to be asked for", async () => {
  const { prepared, clock, answers } = stand();
  prepared.prepare(HOUR_MS);
  expect(await prepared.take(2 * HOUR_MS)).toBeNull();
  clock.nowMs += 60_000;
  expect(await prepared.take(HOUR_MS)).toBeNull();
  answers.fails = true;
  prepared.prepare(HOUR_MS);
  expect(await prepared.take(HOUR_MS)).toBeNull();
});
