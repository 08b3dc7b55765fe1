/** What a browser remembers of a person's choices. Never anything secret. */

const PREFIX = "coldframe.";

/** The remembered text; null where nothing is, or the browser keeps nothing. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null; // a browser that forbids storage forgets, and works
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // As above: what cannot be kept is lost with the page.
  }
}
