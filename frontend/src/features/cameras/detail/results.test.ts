import { expect, it } from "vitest";
import { snapshotFileName } from "./results";

it("a snapshot's file is called after its camera and its time", () => {
  const snapshot = { taken_at: "2026-11-20T21:47:32.480000+00:00", createdAt: "2026-11-20T21:47:35+00:00" };
  expect(snapshotFileName({ external_id: "gate-east" }, snapshot)).toBe("gate-east_2026-11-20T21-47-32Z.jpg");
  expect(snapshotFileName({ external_id: "gate-east" }, { ...snapshot, taken_at: null })).toBe(
    "gate-east_2026-11-20T21-47-35Z.jpg",
  );
});
