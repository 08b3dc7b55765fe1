import { ApiError } from "@/api/errors";

/** What went wrong and what to do, in one line: for beside a button or a form. */
export function problemOf(error: unknown): string {
  if (error instanceof ApiError)
    return [error.message, error.remedy, error.inLog].filter((part) => part !== "").join(" ");
  if (isMissingPart(error)) return "A part of this page could not be loaded. Load the page again.";
  return "This page met an error of its own. Load it again.";
}

/** Whether a part of the page that is loaded later did not come: it was updated, or nobody answers. */
export function isMissingPart(error: unknown): boolean {
  // Browsers have their own words for a script that did not come; a style sheet's are those of the bundler.
  return (
    error instanceof Error &&
    /dynamically imported module|importing a module script|preload CSS|module script failed/i.test(
      error.message,
    )
  );
}
