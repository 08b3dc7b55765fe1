import { expect, it } from "vitest";
import { fileName } from "./snapshot";

it("a snapshot's name says what and when, in signs that every system takes", () => {
  const taken = Date.UTC(2026, 10, 20, 21, 47, 32, 480);
  expect(fileName({ host: "lab-1", device: "street" }, taken)).toBe("lab-1_street_2026-11-20T21-47-32Z.jpg");
});

it("a snapshot of a time that is not known names none", () => {
  expect(fileName({ host: "lab-1", device: "street" }, null)).toBe("lab-1_street.jpg");
});
