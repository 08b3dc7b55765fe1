import { expect, test } from "vitest";
import { bytesOf } from "./byteSeries";

test("base64 becomes its bytes, 0 and 255 too", () => {
  expect([...bytesOf(btoa(String.fromCharCode(0, 1, 254, 255)))]).toEqual([0, 1, 254, 255]);
});
