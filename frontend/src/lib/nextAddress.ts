/** Where to go on to after signing in: only ever pages of ours. */

const BASE = "http://coldframe.invalid";
const FIRST = "/wall";

/**
 * The page that `next` of a sign-in address names. Whatever is no path of ours (another site, a script, the
 * sign-in page again) leads to the wall: anybody may write a link to this page.
 */
export function nextAddress(next: string | null): string {
  // Browsers read "\" in addresses as "/", and drop tabs and line ends.
  if (next === null || !/^\/(?![/\\])/.test(next) || /[\\\p{Cc}]/u.test(next)) return FIRST;
  let url: URL;
  try {
    url = new URL(next, BASE);
  } catch {
    return FIRST;
  }
  if (url.origin !== BASE || url.pathname.startsWith("//")) return FIRST;
  if (url.pathname === "/" || /^\/sign-in(\/|$)/.test(url.pathname)) return FIRST;
  return url.pathname + url.search + url.hash;
}

/** Whether an address is the gateway's and none of these pages': it is loaded, not shown by the router. */
export function isOutside(address: string): boolean {
  return /^\/rq(\/|$)/.test(address);
}

/** The sign-in page that leads back to `here` (path, query and fragment). */
export function signInAddress(here: string): string {
  return nextAddress(here) === FIRST ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`;
}
