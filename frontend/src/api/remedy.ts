const PARTS = /(?<=[.;])\s+/;
const REQUEST = /\b(GET|POST|PUT|PATCH|DELETE) \/api\//;

/**
 * What to do, without what is only for programs: "GET /api/v1/hosts has its state; try again when it is online."
 * becomes "Try again when it is online." Empty where nothing is left.
 */
export function remedyForPeople(remedy: string): string {
  const kept = remedy.split(PARTS).filter((part) => !REQUEST.test(part));
  return kept
    .join(" ")
    .replace(/;$/, ".")
    .replace(/^[a-z]/, (first) => first.toUpperCase());
}
