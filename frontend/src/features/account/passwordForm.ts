/** What somebody types to change their own password, and what is wrong with it. */
import { ApiError } from "@/api/errors";
import { problemOf } from "@/lib/problem";

export interface PasswordForm {
  current: string;
  next: string;
  again: string;
}

export type Field = keyof PasswordForm;
export type Problems = Partial<Record<Field, string>>;

export const EMPTY_FORM: PasswordForm = { current: "", next: "", again: "" };
const SHORTEST = 10;
const LONGEST = 1024;

/** What is wrong with the form, by field; nothing: it may be sent. */
export function problemsOf({ current, next, again }: PasswordForm): Problems {
  const nextProblem = problemOfNext(current, next);
  return {
    ...(current === "" && { current: "Type the password that you sign in with now." }),
    ...(nextProblem !== null && { next: nextProblem }),
    ...(nextProblem === null && next !== again && { again: "This is not the same as above." }),
  };
}

function problemOfNext(current: string, next: string): string | null {
  if (next.length < SHORTEST) return `Use ${SHORTEST} characters or more. A sentence is easy to remember.`;
  if (next.length > LONGEST) return `Use ${LONGEST} characters at most.`;
  return next === current ? "This is the one that you have. Choose another." : null;
}

const FIELDS: Readonly<Record<string, Field>> = { current_password: "current", new_password: "next" };

/** What the gateway refused: at the fields, and what belongs to none of them. */
export function refusalOf(error: unknown): { fields: Problems; other: string | null } {
  if (error instanceof ApiError) {
    const fields: Problems = {};
    for (const [name, wrong] of Object.entries(error.fields)) {
      const field = FIELDS[name];
      if (field !== undefined) fields[field] = words(error, field, wrong);
    }
    if (Object.keys(fields).length > 0) return { fields, other: null };
  }
  return { fields: {}, other: problemOf(error) };
}

function words(error: ApiError, field: Field, wrong: string): string {
  return field === "current" && error.code === "wrong_password"
    ? "This is not your present password."
    : `${wrong.charAt(0).toUpperCase()}${wrong.slice(1).replace(/\.$/, "")}.`;
}
