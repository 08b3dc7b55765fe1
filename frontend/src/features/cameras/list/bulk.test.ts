import { expect, test } from "vitest";
import { OWN_DEVICE, TEST_CAMERA } from "@/features/cameras/testCamera";
import { type BulkKind, doForEach, outcomeText, questionOf, splitFor, stillChosen } from "./bulk";

const [ON, OFF, OWN] = [
  { ...TEST_CAMERA, id: "on", name: "On" },
  { ...TEST_CAMERA, id: "off", name: "Off", is_active: false },
  { ...OWN_DEVICE, id: "own", name: "Own" },
];

test("what is so already is left as it is, and said", () => {
  expect(splitFor("activate", [ON, OFF])).toEqual({ meant: [OFF], left: [ON], why: "active already" });
  expect(splitFor("deactivate", [ON, OFF]).meant).toEqual([ON]);
  expect(splitFor("host", [ON, OWN]).left).toEqual([OWN]);
  const gone = { ...OWN, id: "gone", is_deletable: true };
  expect(splitFor("delete", [ON, OFF, OWN, gone])).toMatchObject({ meant: [ON, OFF, gone], left: [OWN] });
  expect(splitFor("delete", [OWN]).why).toContain("host.toml");
});

test("what is switched off says how many go on being recorded", () => {
  const other = { ...OWN, id: "other" };
  const costOf = (kind: BulkKind, ...meant: (typeof ON)[]) => questionOf(kind, meant.length, meant).cost;
  expect(costOf("deactivate", ON)).not.toContain("goes on");
  expect(costOf("deactivate", ON, OWN)).toContain(
    "But 1 of them, which its host has in its own host.toml, goes on",
  );
  expect(costOf("deactivate", ON, OWN, other)).toContain("But 2 of them, which their hosts have");
  expect(costOf("deactivate", OWN, other)).toContain("Their hosts go on recording them");
  expect(costOf("activate", OWN)).toContain("Their hosts record them either way");
  expect(costOf("activate", ON, OWN)).toContain("1 of them its host records either way");
});

test("one that fails stops none of the others, and is named with its reason", async () => {
  const seen: number[] = [];
  const outcome = await doForEach(
    [ON, OFF, OWN],
    ({ id }) => (id === "off" ? Promise.reject(new Error("gone")) : Promise.resolve()),
    (error) => (error instanceof Error ? error.message : "?"),
    (over) => seen.push(over),
    new AbortController().signal,
    1,
  );
  expect(outcome).toEqual({
    done: 2,
    failures: [{ id: "off", name: "Off", reason: "gone" }],
    notBegun: [],
  });
  expect(stillChosen(outcome)).toEqual(["off"]);
  expect(seen).toEqual([1, 2, 3]);
});

test("not more than a few run at once", async () => {
  let running = 0;
  let most = 0;
  const many = Array.from({ length: 20 }, (_, number) => ({ ...ON, id: String(number) }));
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
  };
  await doForEach(many, work, String, () => {}, new AbortController().signal, 3);
  expect(most).toBe(3);
});

test("what has not begun when it is stopped is not done, is said, and stays chosen", async () => {
  const stop = new AbortController();
  const outcome = await doForEach(
    [ON, OFF, OWN],
    () => Promise.resolve(stop.abort()),
    String,
    () => {},
    stop.signal,
    1,
  );
  expect(outcome.done).toBe(1);
  expect(stillChosen(outcome)).toEqual(["off", "own"]);
  expect(outcomeText("deactivate", outcome)).toBe(
    "1 camera deactivated. Stopped: 2 are as they were, and stay chosen.",
  );
});

test("every action asks first, and tells how many were done", () => {
  const kinds: BulkKind[] = ["group", "host", "activate", "deactivate", "delete"];
  for (const kind of kinds) expect(questionOf(kind, 2, [ON, OFF]).title).toContain("2 cameras");
  expect(outcomeText("delete", { done: 1, failures: [], notBegun: [] })).toBe("1 camera deleted.");
  const failures = [{ id: "a", name: "A", reason: "x" }];
  expect(outcomeText("group", { done: 12, failures, notBegun: [] })).toBe("12 cameras moved, 1 not.");
});
