import { expect, test } from "vitest";
import { turns } from "./turns";

function held() {
  const ends: (() => void)[] = [];
  const begun: string[] = [];
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((end) => ends.push(() => end(name)));
  };
  return { ends, begun, work };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("no more than so many run at once, the next as soon as one has ended", async () => {
  const { ends, begun, work } = held();
  const inTurn = turns(2);
  const all = ["a", "b", "c"].map((name) => inTurn(work(name)));
  await settled();
  expect(begun).toEqual(["a", "b"]);
  ends[1]?.();
  await settled();
  expect(begun).toEqual(["a", "b", "c"]);
  for (const end of ends) end();
  expect(await Promise.all(all)).toEqual(["a", "b", "c"]);
});

test("one that fails, and one that was given up while it waited, hold nobody up", async () => {
  const { ends, begun, work } = held();
  const inTurn = turns(1);
  const failing = inTurn(() => Promise.reject(new Error("no")));
  const aborted = new AbortController();
  const givenUp = inTurn(work("given up"), aborted.signal);
  const last = inTurn(work("last"));
  aborted.abort();
  await expect(failing).rejects.toThrow("no");
  await expect(givenUp).rejects.toThrow();
  await settled();
  expect(begun).toEqual(["last"]);
  ends[0]?.();
  expect(await last).toBe("last");
});
