import { ApiError } from "@/api/errors";

/** Why a login was refused, in a sentence, and until when (ms since 1970) another try is in vain. */
export interface Refusal {
  sentence: string;
  until: number;
}

const WRONG =
  "User name or password is wrong. Look at both again; an admin can set a new password or enable a disabled account.";
const LIMITED = "Too many logins have failed. Wait a little, then try again.";
const UNREACHABLE =
  "The gateway does not answer. Recording goes on without it; try again when it is back, or look at your network.";
const WAIT_WHERE_NOT_TOLD_S = 5;

/** What is said about an error of the login. `nowMs`: when it came. */
export function refusalOf(problem: unknown, nowMs: number): Refusal {
  if (!(problem instanceof ApiError)) return { sentence: "This page met an error. Load it again.", until: 0 };
  if (problem.status === 429) {
    return { sentence: LIMITED, until: nowMs + (problem.retryAfterS ?? WAIT_WHERE_NOT_TOLD_S) * 1000 };
  }
  if (problem.status === 0) return { sentence: UNREACHABLE, until: 0 };
  if (problem.status === 401) return { sentence: WRONG, until: 0 };
  return { sentence: `${problem.message} ${problem.remedy}`.trim(), until: 0 };
}
