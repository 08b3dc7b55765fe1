import { expect, test } from "vitest";
import { addressPartsOf, addressProblem } from "./addressParts";

test("a login in a pasted address is taken out of it", () => {
  expect(addressPartsOf(" rtsp://admin:secret@10.0.0.7:554/main?x=1 ")).toEqual({
    address: "rtsp://10.0.0.7:554/main?x=1",
    username: "admin",
    password: "secret",
  });
});

test("what is written in percents is read, and what is none stays as it is", () => {
  expect(addressPartsOf("rtsp://a%40b:p%3Aw@cam/x")).toMatchObject({ username: "a@b", password: "p:w" });
  expect(addressPartsOf("rtsp://a:100%@cam/x")).toMatchObject({ password: "100%" });
});

test("a password with an at sign ends at the last one before the path", () => {
  expect(addressPartsOf("rtsp://admin:p@ss@cam/a@b")).toEqual({
    address: "rtsp://cam/a@b",
    username: "admin",
    password: "p@ss",
  });
});

test("a user name alone is no password", () => {
  expect(addressPartsOf("http://viewer@cam/")).toEqual({
    address: "http://cam/",
    username: "viewer",
    password: null,
  });
});

test("an address without a login stays as it is", () => {
  for (const address of ["rtsp://cam/a@b", "rtsp://cam", "nonsense@", ""]) {
    expect(addressPartsOf(address)).toEqual({ address, username: null, password: null });
  }
});

test.each([
  ["", /Enter the camera's address/],
  ["ftp://cam/x", /Begin with rtsp/],
  ["cam/x", /Begin with rtsp/],
  ["rtsp:///x", /missing behind/],
  ["rtsp://:554/x", /missing behind/],
  ["rtsp://cam:0/x", /port/],
  ["rtsp://cam:99999/x", /port/],
  ["rtsp://cam/a b", /no spaces/],
  [`rtsp://cam/${"x".repeat(2048)}`, /2048/],
])("%s is refused with a sentence", (address, sentence) => {
  expect(addressProblem(address)).toMatch(sentence);
});

test.each(["rtsp://cam", "RTSPS://cam:322/x", "http://10.0.0.7/video.mjpg", "rtsp://[fe80::1]:554/x"])(
  "%s is an address",
  (address) => {
    expect(addressProblem(address)).toBeNull();
  },
);
