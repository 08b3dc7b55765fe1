import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";
import type { Heatmap } from "@/api/types";
import { hostHoursQuery, minutesQuery, previousOf } from "./queries";

const PART = { fromMs: 0, toMs: 3_600_000 };
const OTHER_PART = { fromMs: 3_600_000, toMs: 7_200_000 };

/** What is shown of `then` while it is fetched, where `first` was shown before. */
function shownMeanwhile(first: ReturnType<typeof minutesQuery>, then: ReturnType<typeof minutesQuery>) {
  const client = new QueryClient();
  client.setQueryData(first.queryKey, { from: "", to: "" } as Heatmap);
  const shown = new QueryObserver(client, first);
  expect(shown.getCurrentResult().data).toBeDefined();
  shown.setOptions(then);
  return shown.getCurrentResult().data;
}

it("another time of a device keeps what was shown before, another device does not", () => {
  const street = minutesQuery(PART, "settled", "lab-1/street");
  expect(shownMeanwhile(street, minutesQuery(OTHER_PART, "settled", "lab-1/street"))).toBeDefined();
  expect(shownMeanwhile(street, minutesQuery(PART, "settled", "lab-1/door"))).toBeUndefined();
  expect(shownMeanwhile(street, minutesQuery(PART, "settled"))).toBeUndefined();
});

it("no host's pictures are kept for another device's", () => {
  const keep = previousOf("heatmap", "hours", "lab-1", "street");
  expect(keep("before", hostHoursQuery({ host: "lab-1", device: "street" }, 0, 1))).toBe("before");
  expect(keep("before", hostHoursQuery({ host: "lab-1", device: "door" }, 0, 1))).toBeUndefined();
  expect(keep("before", hostHoursQuery({ host: "lab-2", device: "street" }, 0, 1))).toBeUndefined();
  expect(keep("before", undefined)).toBeUndefined();
});
