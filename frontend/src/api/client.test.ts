import { expect, test } from "vitest";
import { answer, answerDone } from "./client";
import { ApiError } from "./errors";

const cut = { code: "unreachable", status: 0 };

test("an answer whose body comes too slowly, or breaks off, is none", async () => {
  const slow = () => Promise.reject(new DOMException("timed out", "TimeoutError"));
  await expect(answer(slow())).rejects.toMatchObject(cut);
  await expect(answerDone(slow())).rejects.toMatchObject(cut);
  await expect(answer(Promise.reject(new TypeError("network error")))).rejects.toMatchObject(cut);
});

test("an abort by who asked stays an abort, and what is known to be wrong stays what it is", async () => {
  const abort = new DOMException("aborted", "AbortError");
  await expect(answer(Promise.reject(abort))).rejects.toBe(abort);
  const refused = new ApiError({ status: 403, code: "forbidden", message: "No.", remedy: "" });
  await expect(answer(Promise.reject(refused))).rejects.toBe(refused);
});
