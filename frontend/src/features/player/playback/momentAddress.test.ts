import { expect, test } from "vitest";
import { isUnreadable, momentIn, withMoment } from "./momentAddress";

test("a link's moment is read with its zone", () => {
  expect(momentIn(new URLSearchParams("t=2026-11-21T03:12:05Z"))).toBe(Date.UTC(2026, 10, 21, 3, 12, 5));
  expect(momentIn(new URLSearchParams({ t: "2026-11-21T04:12:05+01:00" }))).toBe(
    Date.UTC(2026, 10, 21, 3, 12, 5),
  );
});

test("no moment, or none that can be read, is live", () => {
  expect(momentIn(new URLSearchParams(""))).toBeNull();
  expect(momentIn(new URLSearchParams("t=yesterday"))).toBeNull();
  expect(momentIn(new URLSearchParams({ t: "-271821-04-20T00:00:00Z" }))).toBeNull();
});

test("a moment is written in whole seconds, beside what else the address has", () => {
  const query = withMoment(new URLSearchParams("tab=export"), Date.UTC(2026, 10, 21, 3, 12, 5, 870));
  expect(query.get("t")).toBe("2026-11-21T03:12:05Z");
  expect(query.get("tab")).toBe("export");
  expect(withMoment(query, null).toString()).toBe("tab=export");
});

test("a time that cannot be read is not taken for no time at all", () => {
  expect(isUnreadable(new URLSearchParams("t=yesterday"))).toBe(true);
  expect(isUnreadable(new URLSearchParams("t="))).toBe(true);
  expect(isUnreadable(new URLSearchParams("t=2026-11-21T03:12:05Z"))).toBe(false);
  expect(isUnreadable(new URLSearchParams(""))).toBe(false);
});
