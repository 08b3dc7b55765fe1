import { expect, test } from "vitest";
import { deedWords, isRefused, plain } from "./words";

test.each([
  ["camera.change", "Changed camera"],
  ["wall-view.create", "Created saved view"],
  ["user.login", "Signed in"],
  ["user.create", "Created user"],
  ["access.refuse", "Was refused"],
  ["audit.export", "Exported audit log"],
  ["mall-plan.turn-round", "Turn round mall plan"],
  ["odd", "Odd"],
])("%s is said as: %s", (action, words) => {
  expect(deedWords(action)).toBe(words);
});

test("what was tried in vain is told apart", () => {
  expect(["user.fail-login", "user.fail-change-password", "access.refuse"].every(isRefused)).toBe(true);
  expect(["user.login", "camera.delete"].some(isRefused)).toBe(false);
});

test("names of fields are words", () => {
  expect(plain("camera_group_ids")).toBe("Camera group ids");
});
