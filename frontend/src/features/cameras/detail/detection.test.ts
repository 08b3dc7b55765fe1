import { expect, test } from "vitest";
import { OWN_DEVICE, TEST_CAMERA } from "@/features/cameras/testCamera";
import { detectionText } from "./detection";

test("a camera that is made here is analysed as it is set", () => {
  expect(detectionText(TEST_CAMERA)).toBe("On: Usual motion: people and vehicles (0.7)");
  expect(detectionText({ ...TEST_CAMERA, enable_detection: false })).toBe("Off");
});

test("of a host's own device it is said whose word counts", () => {
  expect(detectionText(OWN_DEVICE)).toContain(", as host.toml of lab-2 says");
  const off = { ...OWN_DEVICE, enable_detection: false, overrides: ["enable_detection" as const] };
  expect(detectionText(off)).toBe("Off, set here; host.toml of lab-2 says on (0.7)");
  expect(detectionText({ ...off, host_detection: null })).toBe("Off, set here");
});

test("where the host has not told, nothing is guessed", () => {
  const untold = { enable_detection: null, detection_sensitivity: null, host_detection: null };
  expect(detectionText({ ...OWN_DEVICE, ...untold })).toContain("lab-2 has not told");
});
