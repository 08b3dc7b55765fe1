import { expect, test } from "vitest";
import { frameAddress } from "./frameAddress";

test("a frame on the web has an address", () => {
  expect(frameAddress("https://frames.example.com/cam 1/7.jpg")).toBe(
    "https://frames.example.com/cam%201/7.jpg",
  );
  expect(frameAddress(" HTTP://frames.example.com/7.jpg")).toBe("http://frames.example.com/7.jpg");
});

test.each([
  "",
  "7.jpg",
  "/frames/7.jpg",
  "s3://frames/7.jpg",
  "javascript:alert(1)",
  "data:text/html,x",
  "http://",
])("%s is no address to be opened", (frame) => {
  expect(frameAddress(frame)).toBeNull();
});
