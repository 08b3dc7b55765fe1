import { ApiError } from "@/api/errors";

/** What went wrong and what to do, in one line: for beside a button or a form. */
export function problemOf(error: unknown): string {
  if (error instanceof ApiError) return `${error.message} ${error.remedy}`.trim();
  return "This page met an error of its own. Load it again.";
}
