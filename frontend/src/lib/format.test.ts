import { expect, it } from "vitest";
import { day, dayAndClock } from "./format";

const NOW = Date.UTC(2026, 10, 22, 9);

it("a date of another year says its year", () => {
  expect(day(Date.UTC(2026, 10, 20), "utc", NOW)).toBe("Fri 20 Nov");
  expect(day(Date.UTC(2025, 10, 20), "utc", NOW)).toBe("Thu 20 Nov 2025");
  expect(dayAndClock(Date.UTC(2025, 11, 31, 23, 59, 59), "utc", NOW)).toBe("Wed 31 Dec 2025 23:59:59");
});
