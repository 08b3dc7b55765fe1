import { expect, test } from "vitest";
import type { DeviceTimeline } from "@/api/types";
import { goesFurtherBack, joined, oldest } from "./recorded";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 14, minute)).toISOString();
const ms = (minute: number) => Date.UTC(2026, 10, 21, 14, minute);

function timeline(facts: Partial<DeviceTimeline>): DeviceTimeline {
  return {
    device: "lab-1/street",
    from: at(0),
    to: at(10),
    complete: true,
    recorded: [],
    gaps: [],
    unreachable: [],
    reported: [],
    ...facts,
  };
}

test("footage and gaps go on across the stretches in which they were asked for", () => {
  const gap = { code: "source_unreachable", sentence: "The camera did not answer." };
  const known = joined([
    timeline({ recorded: [{ from: at(0), to: at(4) }], gaps: [{ ...gap, from: at(4), to: at(5) }] }),
    timeline({ gaps: [{ ...gap, from: at(5), to: at(6) }], recorded: [{ from: at(6), to: at(10) }] }),
    timeline({ recorded: [{ from: at(10), to: at(12) }] }),
  ]);
  expect(known.recorded).toEqual([
    { from: ms(0), to: ms(4) },
    { from: ms(6), to: ms(12) },
  ]);
  expect(known.gaps).toEqual([{ ...gap, from: ms(4), to: ms(6) }]);
});

test("gaps for different reasons stay apart", () => {
  const known = joined([
    timeline({
      gaps: [
        { code: "disk_full", sentence: "The disk was full.", from: at(0), to: at(4) },
        { code: "host_down", sentence: "The host was off.", from: at(4), to: at(5) },
      ],
    }),
  ]);
  expect(known.gaps).toHaveLength(2);
});

test("what a silent host had reported is known beside what nobody can say", () => {
  const known = joined([
    timeline({
      complete: false,
      unreachable: [
        {
          from: at(0),
          to: at(10),
          code: "host_unreachable",
          sentence: "lab-1 does not answer.",
          since: at(3),
        },
      ],
      reported: [{ from: at(0), to: at(3) }],
    }),
  ]);
  expect(known.gaps).toEqual([]);
  expect(known.unreachable).toEqual([
    { from: ms(0), to: ms(10), sentence: "lab-1 does not answer.", sinceMs: ms(3) },
  ]);
  expect(known.reported).toEqual([{ from: ms(0), to: ms(3) }]);
});

test("the archive begins at its oldest footage, not at what has expired before", () => {
  const known = joined([
    timeline({
      gaps: [{ code: "expired", sentence: "Older than what is kept.", from: at(0), to: at(4) }],
      recorded: [{ from: at(4), to: at(10) }],
    }),
  ]);
  expect(oldest(known)).toBe(ms(4));
  expect(oldest(joined([]))).toBeNull();
});

test("footage that begins where the question begins goes back further", () => {
  const from = (ms: number) => ({ recorded: [{ from: ms, to: ms + 3_600_000 }] });
  expect(goesFurtherBack(from(1_000_000), 1_000_000)).toBe(true);
  expect(goesFurtherBack(from(1_003_500), 1_000_000)).toBe(true);
  expect(goesFurtherBack(from(9_000_000), 1_000_000)).toBe(false);
  expect(goesFurtherBack({ recorded: [] }, 1_000_000)).toBe(false);
});
