import { expect, test } from "vitest";
import { ApiError } from "@/api/errors";
import { OWN_DEVICE, TEST_CAMERA } from "@/features/cameras/testCamera";
import {
  assignmentWords,
  changesOf,
  EMPTY_FORM,
  formOf,
  newCameraOf,
  problemsOf,
  refusalOf,
  sensitivityWords,
} from "./cameraForm";

const FILLED = { ...EMPTY_FORM, name: " Door ", address: "rtsp://10.0.0.7:554/main " };

test("a name and an address are enough, and what is empty is not sent", () => {
  expect(problemsOf(FILLED, null)).toEqual({});
  expect(newCameraOf(FILLED)).toEqual({
    name: "Door",
    rtsp_url: "rtsp://10.0.0.7:554/main",
    is_active: true,
    enable_detection: true,
    detection_sensitivity: 0.7,
  });
});

test("everything that is filled in is sent", () => {
  const form = {
    ...FILLED,
    username: "admin",
    password: "secret",
    resolution: "1920x1080",
    fps: "25",
    codec: "h265" as const,
    location: "Hall",
    groupId: "g1",
    host: "lab-2",
    deviceName: "door",
    externalId: "cam_001",
    previewAddress: "rtsp://10.0.0.7/sub",
  };
  expect(newCameraOf(form)).toMatchObject({
    username: "admin",
    password: "secret",
    resolution: "1920x1080",
    fps: 25,
    codec: "h265",
    location: "Hall",
    group_id: "g1",
    host: "lab-2",
    device_name: "door",
    external_id: "cam_001",
    preview_url: "rtsp://10.0.0.7/sub",
  });
});

test.each([
  [{ name: " " }, "name"],
  [{ name: "x".repeat(256) }, "name"],
  [{ address: "nonsense" }, "address"],
  [{ previewAddress: "ftp://cam/" }, "previewAddress"],
  [{ resolution: "1920" }, "resolution"],
  [{ resolution: "0x1080" }, "resolution"],
  [{ fps: "0" }, "fps"],
  [{ fps: "241" }, "fps"],
  [{ fps: "12.5" }, "fps"],
  [{ password: "secret" }, "username"],
  [{ deviceName: "Door" }, "deviceName"],
  [{ externalId: "a.b" }, "externalId"],
  [{ location: "x".repeat(256) }, "location"],
])("%j is said at the field %s", (changed, field) => {
  expect(Object.keys(problemsOf({ ...FILLED, ...changed }, null))).toEqual([field]);
});

test("a camera that was not changed has no changes", () => {
  expect(changesOf(formOf(TEST_CAMERA), TEST_CAMERA)).toEqual({});
});

test("only what differs is sent, and what is emptied is removed", () => {
  const form = { ...formOf(TEST_CAMERA), name: "Gate", location: "", host: "" };
  expect(changesOf(form, TEST_CAMERA)).toEqual({ name: "Gate", location: null, host: null });
});

test("a password stays unless one says otherwise", () => {
  const camera = { ...TEST_CAMERA, has_password: true };
  const kept = formOf(camera);
  expect(kept.password).toBe("");
  expect(changesOf(kept, camera)).toEqual({});
  expect(changesOf({ ...kept, passwordIs: "removed" }, camera)).toEqual({ password: null });
  expect(problemsOf({ ...kept, username: "admin", passwordIs: "set" }, camera).password).toContain("keep");
  expect(changesOf({ ...kept, passwordIs: "set", password: "new" }, camera)).toEqual({ password: "new" });
});

test("of a host's own device what its host.toml says is not changed here", () => {
  const camera = { ...TEST_CAMERA, managed_by: "host" as const, rtsp_url: "v4l2:///dev/video0" };
  const form = { ...formOf(camera), name: "Gate", host: "", address: "rtsp://x", fps: "9" };
  expect(problemsOf(formOf(camera), camera)).toEqual({});
  expect(changesOf(form, camera)).toEqual({ name: "Gate" });
});

function refused(details: Record<string, unknown>): ApiError {
  return new ApiError({ status: 422, code: "bad", message: "It is wrong.", remedy: "Do better.", details });
}

test("the gateway's refusal stands at its field", () => {
  expect(refusalOf(refused({ fields: { rtsp_url: ["is no address"] } }))).toEqual({
    fields: { address: "It is no address." },
    other: null,
  });
  expect(refusalOf(refused({ field: "host" })).fields).toEqual({ host: "It is wrong. Do better." });
  expect(refusalOf(refused({})).other).toBe("It is wrong. Do better.");
  expect(refusalOf(new Error("x")).other).not.toBeNull();
});

test("every sensitivity and every state of a host has its words", () => {
  const words = [0, 0.3, 0.7, 1].map(sensitivityWords);
  expect(new Set(words).size).toBe(4);
  expect(assignmentWords("lab-2", "online")).toContain("within 20 s");
  expect(assignmentWords("lab-2", "offline")).toContain("when it is back");
  expect(assignmentWords("", null)).toContain("No host");
  expect(assignmentWords("lab-2", "online", "lab-2")).toBe("lab-2 records it.");
  expect(assignmentWords("lab-2", "offline", "lab-2")).toContain("when it is back");
  expect(assignmentWords("lab-2", "online", "lab-1")).toContain("lab-1 stops; what it recorded stays there");
  expect(assignmentWords("", null, "lab-1")).toContain("lab-1 stops");
});

test("how a host's own device is analysed is set here over its host.toml, and given back to it", () => {
  const own = formOf(OWN_DEVICE);
  expect([own.detectsBy, own.sensitivityBy]).toEqual(["host", "host"]);
  expect(changesOf(own, OWN_DEVICE)).toEqual({});
  expect(changesOf({ ...own, detectsBy: "here", detects: true }, OWN_DEVICE)).toEqual({
    enable_detection: true,
  });
  expect(changesOf({ ...own, sensitivityBy: "here", sensitivity: 0.2 }, OWN_DEVICE)).toEqual({
    detection_sensitivity: 0.2,
  });
  const set = { ...OWN_DEVICE, enable_detection: false, overrides: ["enable_detection" as const] };
  expect(formOf(set)).toMatchObject({ detects: false, detectsBy: "here", sensitivityBy: "host" });
  expect(changesOf({ ...formOf(set), detectsBy: "host" }, set)).toEqual({ enable_detection: null });
});
