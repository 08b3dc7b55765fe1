import { describe, expect, test } from "vitest";
import { ApiError } from "@/api/errors";
import type { User } from "@/api/types";
import { changesOf, EMPTY_FORM, formOf, newUserOf, problemsOf, refusalOf, type UserForm } from "./userForm";

const GUARD: User = {
  id: "1",
  username: "guard",
  email: "guard@example.com",
  role: "viewer",
  is_active: true,
  limited_to_groups: true,
  camera_group_ids: ["b", "a"],
  createdAt: "2026-11-20T09:00:00.000Z",
  updatedAt: "2026-11-20T09:00:00.000Z",
  last_login_at: null,
};
const FILLED: UserForm = {
  ...EMPTY_FORM,
  username: "guard",
  email: "guard@example.com",
  password: "a long sentence",
};

function refused(code: string, details: Record<string, unknown>): ApiError {
  return new ApiError({ status: 409, code, message: "It is so.", remedy: "Do this.", details });
}

describe("what is wrong with a form", () => {
  test("a filled one may be sent", () => {
    expect(problemsOf(FILLED, true)).toEqual({});
  });

  test("a new user needs name, address and password; one who is there may keep the password", () => {
    expect(Object.keys(problemsOf(EMPTY_FORM, true))).toEqual(["username", "email", "password"]);
    expect(problemsOf(formOf(GUARD), false)).toEqual({});
  });

  test.each(["a b", "a@b", "-a", "ä", "x".repeat(101)])("no user name: %s", (username) => {
    expect(problemsOf({ ...FILLED, username }, true).username).toMatch(/letters/);
  });

  test.each(["x", "x@", "@x", "a b@c", "a@b@c"])("no e-mail address: %s", (email) => {
    expect(problemsOf({ ...FILLED, email }, true).email).toMatch(/no e-mail address/);
  });

  test("a short password is refused for users of any age", () => {
    expect(problemsOf({ ...FILLED, password: "123456789" }, true).password).toMatch(/10 characters/);
    expect(problemsOf({ ...FILLED, password: "123456789" }, false).password).toMatch(/10 characters/);
  });

  test("who is limited needs a group; an admin is not limited", () => {
    expect(problemsOf({ ...FILLED, isLimited: true }, true).groupIds).toMatch(/Choose a group/);
    expect(problemsOf({ ...FILLED, isLimited: true, role: "admin" }, true)).toEqual({});
  });
});

test("only what differs is sent, and groups in another order do not differ", () => {
  expect(changesOf(formOf(GUARD), GUARD)).toEqual({});
  expect(changesOf({ ...formOf(GUARD), groupIds: ["a", "b"] }, GUARD)).toEqual({});
  expect(changesOf({ ...formOf(GUARD), password: "a long sentence", isActive: false }, GUARD)).toEqual({
    password: "a long sentence",
    is_active: false,
  });
});

test("who becomes an admin, or unlimited, loses the limits", () => {
  expect(changesOf({ ...formOf(GUARD), role: "admin" }, GUARD)).toEqual({
    role: "admin",
    limited_to_groups: false,
    camera_group_ids: [],
  });
  expect(newUserOf({ ...FILLED, groupIds: ["a"] }).camera_group_ids).toEqual([]);
});

test("spaces around name and address are not meant", () => {
  expect(newUserOf({ ...FILLED, username: " guard ", email: " g@example.com " })).toMatchObject({
    username: "guard",
    email: "g@example.com",
  });
});

test("the gateway's refusals stand at their fields", () => {
  expect(refusalOf(refused("taken", { fields: { username: "is taken" } }))).toEqual({
    fields: { username: "It is so. Do this." },
    other: null,
  });
  expect(
    refusalOf(refused("bad_request", { fields: { camera_group_ids: ["names unknown groups"] } })),
  ).toEqual({
    fields: { groupIds: "Names unknown groups." },
    other: null,
  });
});

test("what belongs to no field is said for the whole", () => {
  expect(refusalOf(refused("last_admin", {}))).toEqual({ fields: {}, other: "It is so. Do this." });
  expect(refusalOf(new Error("x")).other).toMatch(/Load it again/);
});
