import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { archiveEntries, liveEntries, NoFootage, timeLine } from "./footage";
import type { Entry } from "./playlist";
import { ReelSource } from "./reelSource";

vi.mock("./footage", () => ({
  NoFootage: class extends Error {},
  archiveEntries: vi.fn(),
  liveEntries: vi.fn(),
  timeLine: vi.fn(),
}));

const DAY = 86_400_000;
const NOW = 20_000 * DAY;
const troubled = vi.fn();
let isSettled = true;

function entries(fromMs: number): Entry[] {
  return Array.from({ length: 10 }, (_, n) => ({
    uri: `/media/h/d/${fromMs + n}.ts`,
    dateMs: fromMs + n * 1_000,
    durationMs: 1_000,
    breaks: false,
  }));
}

function newSource(): ReelSource {
  return new ReelSource(
    { host: "h", device: "d" },
    { shownMs: () => NOW - DAY, rate: () => 1, isSettled: () => isSettled, nowMs: () => NOW, troubled },
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  isSettled = true;
  vi.mocked(timeLine).mockResolvedValue(null);
  vi.mocked(archiveEntries).mockResolvedValue([]);
  vi.mocked(liveEntries).mockResolvedValue([]);
});

afterEach(() => {
  vi.useRealTimers();
  vi.resetAllMocks();
});

test("behind the newest footage that is shown, however long ago it ended", async () => {
  vi.mocked(liveEntries).mockResolvedValue(entries(NOW - DAY));
  const source = newSource();
  expect((await source.open(NOW - 3_600_000)).atMs).toBe(NOW - DAY + 7_000);
  source.stop();
});

test("only a device without any footage has none", async () => {
  await expect(newSource().open(NOW - 3_600_000)).rejects.toBeInstanceOf(NoFootage);
});

test("footage of more than a month ago is played, and no question is longer than the gateway allows", async () => {
  const at = NOW - 45 * DAY;
  vi.mocked(archiveEntries).mockResolvedValueOnce(entries(at - 2_000));
  const source = newSource();
  expect((await source.open(at)).atMs).toBe(at);
  vi.mocked(liveEntries).mockResolvedValue(entries(NOW - DAY));
  await source.open(at);
  expect(timeLine).toHaveBeenCalledTimes(2);
  for (const [, { fromMs, toMs }] of vi.mocked(timeLine).mock.calls) {
    expect(toMs - fromMs).toBeLessThanOrEqual(31 * DAY);
  }
  source.stop();
});

test("what was wrong with a jump is not taken back by the place before, which goes on well", async () => {
  vi.mocked(liveEntries).mockResolvedValue(entries(NOW - DAY));
  const source = newSource();
  await source.open(NOW - DAY);
  isSettled = false;
  vi.mocked(timeLine).mockRejectedValue(new Error("silent"));
  await expect(source.open(NOW - 5 * DAY)).rejects.toThrow("silent");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(troubled).not.toHaveBeenCalled();
  source.stop();
});

test("trouble with going on is told, and taken back when it is over", async () => {
  vi.mocked(liveEntries).mockResolvedValue(entries(NOW - DAY));
  const source = newSource();
  await source.open(NOW - DAY);
  const silent = new Error("silent");
  vi.mocked(archiveEntries).mockRejectedValueOnce(silent);
  await vi.advanceTimersByTimeAsync(600);
  expect(troubled.mock.calls).toEqual([[silent]]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(troubled.mock.calls).toEqual([[silent], [null]]);
  source.stop();
});

test("a jump that is given up leaves alone what plays", async () => {
  vi.mocked(liveEntries).mockResolvedValue(entries(NOW - DAY));
  const source = newSource();
  await source.open(NOW - DAY);
  const endMs = source.endMs;
  vi.mocked(archiveEntries).mockResolvedValue(entries(NOW - 5 * DAY));
  const jump = source.open(NOW - 5 * DAY);
  source.stay();
  await expect(jump).rejects.toThrow();
  expect(source.endMs).toBe(endMs);
  source.stop();
});

test("whoever has paused on live is not fed for days", async () => {
  vi.mocked(liveEntries).mockResolvedValue(entries(NOW - 10_000));
  const source = newSource();
  await source.open("live");
  const asked = vi.mocked(liveEntries).mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(vi.mocked(liveEntries).mock.calls.length).toBe(asked);
  source.stop();
});
