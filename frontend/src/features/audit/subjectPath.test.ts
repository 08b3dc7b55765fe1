import { expect, test } from "vitest";
import { subjectPath } from "./subjectPath";

test.each([
  ["camera.change", "camera", "c 1", "Lobby", "/cameras/c%201"],
  ["group.create", "group", "g-1", "Tenant", "/groups"],
  ["host.enrol", "host", "lab-1", "lab-1", "/hosts/lab-1"],
  ["user.login", "user", "u-1", "guard", "/users?search=guard"],
  ["device.stop", "device", "lab-1/door", "lab-1/door", "/devices/lab-1/door"],
  ["clip.delete", "clip", "c-1", "lab-1/door", "/devices/lab-1/door"],
])("%s leads to where its subject is", (action, subject_kind, subject_id, subject, path) => {
  expect(subjectPath({ action, subject_kind, subject_id, subject })).toBe(path);
});

test.each([
  ["camera.delete", "camera", "c-1", "Lobby"],
  ["user.fail-login", "user", "", "gurad"],
  ["clip.create", "clip", "c-1", ""],
  ["access.refuse", "access", "", "GET /api/v1/users"],
])("%s leads nowhere where there is nothing to see", (action, subject_kind, subject_id, subject) => {
  expect(subjectPath({ action, subject_kind, subject_id, subject })).toBeNull();
});
