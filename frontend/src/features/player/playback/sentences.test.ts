import { expect, test } from "vitest";
import { ApiError } from "@/api/errors";
import { sentenceOf } from "./sentences";
import { Undecodable } from "./undecodable";

const name = { host: "lab-1", device: "street" };
const said = (trouble: unknown, status: "failed" | "playing" = "failed") =>
  sentenceOf({ status, trouble, leftOut: null }, name, "utc");

test("a host that does not answer is named, and is tried again without anybody's doing", () => {
  const silent = new ApiError({ status: 503, code: "silent", message: "lab-1 is silent.", remedy: "" });
  expect(said(silent)).toBe("lab-1 is silent. Trying again by itself.");
});

test("trouble of the page's own is said too, with what helps", () => {
  const missing = new TypeError("Failed to fetch dynamically imported module: /assets/hls.js");
  expect(said(missing)).toBe("A part of this page could not be loaded. Load the page again.");
  expect(said(new RangeError("Invalid time value"))).toBe(
    "This page met an error of its own. Load it again.",
  );
});

test("nothing is said of trouble while pictures come all the same", () => {
  expect(said(new RangeError("Invalid time value"), "playing")).toBeNull();
  expect(said(null)).toBeNull();
});

test("what the browser cannot decode is no fault of the footage, and there is a way on", () => {
  expect(said(new Undecodable("H.265"))).toBe(
    "This browser cannot decode H.265. It is recorded all the same: export it, or open this page in a browser that can.",
  );
});
