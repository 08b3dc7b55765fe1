import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LiveChoice } from "./liveChoice";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("plays where somebody stays, and not what the pointer only crosses", () => {
  const live = new LiveChoice();
  live.want("a");
  vi.advanceTimersByTime(200);
  live.leave("a");
  live.want("b");
  vi.advanceTimersByTime(300);
  expect(live.current).toBeNull();
  vi.advanceTimersByTime(200);
  expect(live.current).toBe("b");
});

it("plays one tile at most", () => {
  const live = new LiveChoice();
  live.want("a", true);
  live.want("b", true);
  expect(live.current).toBe("b");
  live.leave("a");
  expect(live.current).toBe("b");
  live.leave("b");
  expect(live.current).toBeNull();
});

it("plays at once where that is wanted, and does not begin again", () => {
  const live = new LiveChoice();
  const listener = vi.fn();
  live.subscribe(listener);
  live.want("a", true);
  live.want("a");
  vi.advanceTimersByTime(1_000);
  expect(live.current).toBe("a");
  expect(listener).toHaveBeenCalledTimes(1);
});
