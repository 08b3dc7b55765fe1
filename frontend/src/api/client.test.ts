import { expect, test } from "vitest";
import { answer, answerDone, isCommand } from "./client";
import { ApiError, errorOf, unreachable } from "./errors";

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

test("what was to be done is not said to be tried again by itself", () => {
  const asked = (method: string, path: string) => isCommand({ method, url: `https://gateway${path}` });
  expect(asked("GET", "/api/v1/cameras")).toBe(false);
  expect(asked("POST", "/api/v1/auth/refresh")).toBe(false);
  expect(asked("POST", "/api/v1/auth/logout")).toBe(true);
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) expect(asked(method, "/api/v1/x")).toBe(true);
  expect(unreachable(true).remedy).toBe("It is not known whether it was done. Look, then try again.");
  expect(unreachable(false).remedy).toContain("tries again by itself");
});

test("an error that the gateway's log explains says under which request", async () => {
  const answered = (status: number, id?: string) =>
    errorOf(new Response("{}", { status, headers: id === undefined ? {} : { "X-Request-ID": id } }));
  expect((await answered(500, "5f0c6a1e")).inLog).toBe("(request 5f0c6a1e)");
  expect((await answered(404, "5f0c6a1e")).inLog).toBe("");
  expect((await answered(502)).inLog).toBe("");
});
