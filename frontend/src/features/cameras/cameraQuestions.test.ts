import { expect, test } from "vitest";
import { sentenceOf } from "./cameraFacts";
import { costOf, whyKept } from "./cameraQuestions";
import { OWN_DEVICE, TEST_CAMERA } from "./testCamera";

test("a camera that is switched off is recorded by nobody, and a host's own device still is", () => {
  expect(costOf("deactivate", TEST_CAMERA)).toContain("Nothing of it is recorded");
  expect(costOf("deactivate", OWN_DEVICE)).toContain("lab-2 goes on recording it");
  expect(sentenceOf({ ...TEST_CAMERA, is_active: false })).toContain("no host records it");
  expect(sentenceOf({ ...OWN_DEVICE, is_active: false })).toBe(
    "It is switched off here: nobody checks it. lab-2 goes on recording it as long as it stands in host.toml there.",
  );
  expect(costOf("activate", TEST_CAMERA)).toContain("lab-2 records it");
  expect(costOf("activate", OWN_DEVICE)).toBe("It is checked every minute again.");
});

test("what its host still has must leave host.toml before it is deleted", () => {
  expect(whyKept(OWN_DEVICE)).toContain("Take it out there");
  expect(whyKept({ ...OWN_DEVICE, is_deletable: true })).toBeNull();
  expect(whyKept(TEST_CAMERA)).toBeNull();
});

test("what becomes of footage depends on who records", () => {
  expect(costOf("delete", TEST_CAMERA)).toContain("lab-2 stops recording it");
  expect(costOf("delete", { ...TEST_CAMERA, host: null })).toContain("No host records it now");
  expect(costOf("delete", { ...OWN_DEVICE, is_deletable: true })).toContain("Should lab-2 report it again");
});
