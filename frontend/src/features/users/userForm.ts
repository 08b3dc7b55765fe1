/** What a form about a user holds, what is wrong with it, and what is sent of it. */
import { ApiError } from "@/api/errors";
import type { components } from "@/api/schema";
import type { User } from "@/api/types";

export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

export type NewUser = components["schemas"]["NewUser"];
export type UserChanges = components["schemas"]["UserChanges"];

/** What each role may do, in words. */
export const ROLE_WORDS: Readonly<Record<Role, { name: string; may: string }>> = {
  viewer: { name: "Viewer", may: "Watches live and recorded pictures. Changes nothing, exports no footage." },
  operator: {
    name: "Operator",
    may: "Watches, exports, starts and stops recorders, and looks after cameras and videos.",
  },
  admin: { name: "Admin", may: "Everything: users, new hosts and the audit log as well." },
};

export interface UserForm {
  username: string;
  email: string;
  /** Empty of a user who keeps theirs. */
  password: string;
  role: Role;
  isActive: boolean;
  isLimited: boolean;
  groupIds: string[];
}

export type Field = keyof UserForm;
export type Problems = Partial<Record<Field, string>>;

const SHORTEST_PASSWORD = 10;
const LONGEST_PASSWORD = 1024;

export const EMPTY_FORM: UserForm = {
  username: "",
  email: "",
  password: "",
  role: "viewer",
  isActive: true,
  isLimited: false,
  groupIds: [],
};

export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}

/** A user as a form. */
export function formOf(user: User): UserForm {
  return {
    username: user.username,
    email: user.email,
    password: "",
    role: isRole(user.role) ? user.role : "viewer",
    isActive: user.is_active,
    isLimited: user.limited_to_groups,
    groupIds: user.camera_group_ids,
  };
}

/** What is wrong with it, by field; nothing: it may be sent. */
export function problemsOf(form: UserForm, isNew: boolean): Problems {
  const found: Problems = {};
  const username = form.username.trim();
  if (username === "") found.username = "Enter a user name.";
  else if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(username))
    found.username = "Use letters, digits, dots, dashes and underscores; begin with a letter or a digit.";
  const email = form.email.trim();
  if (email === "") found.email = "Enter an e-mail address.";
  else if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 255)
    found.email = "This is no e-mail address. It looks like guard@example.com.";
  const { length } = form.password;
  if (isNew && length === 0) found.password = "Enter a password. A sentence is easy to remember.";
  else if (length > 0 && length < SHORTEST_PASSWORD)
    found.password = `Use ${SHORTEST_PASSWORD} characters or more. A sentence is easy to remember.`;
  else if (length > LONGEST_PASSWORD) found.password = `Use ${LONGEST_PASSWORD} characters at most.`;
  if (mayBeLimited(form) && form.isLimited && form.groupIds.length === 0)
    found.groupIds = "Choose a group, or the user sees no camera at all.";
  return found;
}

/** Admins set the limits, and have none. */
export function mayBeLimited({ role }: Pick<UserForm, "role">): boolean {
  return role !== "admin";
}

/** The form as a new user. */
export function newUserOf(form: UserForm): NewUser {
  const isLimited = mayBeLimited(form) && form.isLimited;
  return {
    username: form.username.trim(),
    email: form.email.trim(),
    password: form.password,
    role: form.role,
    is_active: form.isActive,
    limited_to_groups: isLimited,
    camera_group_ids: isLimited ? form.groupIds : [],
  };
}

/** What of the form differs from `user`; empty: nothing was changed. */
export function changesOf(form: UserForm, user: User): UserChanges {
  const { password, ...wanted } = newUserOf(form);
  const changes: UserChanges = {};
  if (wanted.username !== user.username) changes.username = wanted.username;
  if (wanted.email !== user.email) changes.email = wanted.email;
  if (password !== "") changes.password = password;
  if (wanted.role !== user.role) changes.role = wanted.role;
  if (wanted.is_active !== user.is_active) changes.is_active = form.isActive;
  if (wanted.limited_to_groups !== user.limited_to_groups) {
    changes.limited_to_groups = mayBeLimited(form) && form.isLimited;
  }
  const groups = wanted.camera_group_ids ?? [];
  if (groups.toSorted().join() !== user.camera_group_ids.toSorted().join()) changes.camera_group_ids = groups;
  return changes;
}

const FIELD_OF: Readonly<Record<string, Field>> = {
  username: "username",
  email: "email",
  password: "password",
  role: "role",
  is_active: "isActive",
  limited_to_groups: "isLimited",
  camera_group_ids: "groupIds",
};

/** What the gateway found wrong, by field; `other`: what belongs to none. */
export function refusalOf(error: unknown): { fields: Problems; other: string | null } {
  if (!(error instanceof ApiError)) return { fields: {}, other: "This page met an error. Load it again." };
  const fields: Problems = {};
  for (const [name, wrong] of Object.entries(error.fields)) {
    const field = FIELD_OF[name];
    if (field !== undefined) fields[field] = sentenceOf(error, wrong);
  }
  const isPlaced = Object.keys(fields).length > 0;
  return { fields, other: isPlaced ? null : `${error.message} ${error.remedy}`.trim() };
}

// "is taken" says less than the whole refusal does.
function sentenceOf(error: ApiError, wrong: string): string {
  if (error.code === "taken") return `${error.message} ${error.remedy}`;
  const text = wrong.trim().replace(/^./, (first) => first.toUpperCase());
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
