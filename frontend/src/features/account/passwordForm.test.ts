import { expect, test } from "vitest";
import { ApiError } from "@/api/errors";
import { EMPTY_FORM, problemsOf, refusalOf } from "./passwordForm";

const GOOD = { current: "the present one", next: "a long sentence", again: "a long sentence" };

function refused(code: string, details: Record<string, unknown>): ApiError {
  return new ApiError({ status: 422, code, message: "It is so.", remedy: "Do this.", details });
}

test("a form that is filled well may be sent", () => {
  expect(problemsOf(GOOD)).toEqual({});
});

test("an empty form lacks the present password and a new one", () => {
  expect(Object.keys(problemsOf(EMPTY_FORM))).toEqual(["current", "next"]);
});

test("a new password is long enough, another, and typed twice alike", () => {
  expect(problemsOf({ ...GOOD, next: "123456789" }).next).toMatch(/10 characters/);
  expect(problemsOf({ ...GOOD, next: "x".repeat(1025) }).next).toMatch(/1024 characters/);
  expect(problemsOf({ ...GOOD, next: GOOD.current, again: GOOD.current }).next).toMatch(/Choose another/);
  expect(problemsOf({ ...GOOD, again: "a long sentense" })).toEqual({
    again: "This is not the same as above.",
  });
});

test("the gateway's refusals stand at their fields", () => {
  expect(refusalOf(refused("wrong_password", { fields: { current_password: "is not it" } }))).toEqual({
    fields: { current: "This is not your present password." },
    other: null,
  });
  expect(refusalOf(refused("bad_request", { fields: { new_password: ["is too short."] } }))).toEqual({
    fields: { next: "Is too short." },
    other: null,
  });
});

test("what belongs to no field is said for the whole", () => {
  expect(refusalOf(refused("too_many_requests", {}))).toEqual({ fields: {}, other: "It is so. Do this." });
});
