/** Which enrolment tokens somebody could still use. */
import type { ListedToken } from "../hostQueries";

/** Neither used nor expired at `now` (ms), the next to expire first. */
export function openTokens(tokens: readonly ListedToken[], now: number): ListedToken[] {
  return tokens
    .filter((token) => token.used_at === null && Date.parse(token.expires_at) > now)
    .toSorted((a, b) => Date.parse(a.expires_at) - Date.parse(b.expires_at));
}
