import { expect, test } from "vitest";
import { nextRate } from "./rates";
import { snapshotName } from "./snapshot";

test("rates go up and down one by one, and stop at the ends", () => {
  expect(nextRate(1, 1)).toBe(2);
  expect(nextRate(1, -1)).toBe(0.5);
  expect(nextRate(16, 1)).toBe(16);
  expect(nextRate(0.25, -1)).toBe(0.25);
});

test("a saved picture is named by host, device and the moment it was taken, as files may be named", () => {
  const name = snapshotName({ host: "lab-1", device: "street" }, Date.UTC(2026, 10, 21, 15, 0, 2, 470.4));
  expect(name).toBe("lab-1_street_2026-11-21T15-00-02.470Z.png");
});
