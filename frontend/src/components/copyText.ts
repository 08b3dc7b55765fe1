import { notify } from "./notify";

/** Puts `text` onto the clipboard and says `done`; where the browser forbids that, it is there to be copied by hand. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify({ title: done });
  } catch {
    // Browsers forbid it on pages without TLS.
    notify({ title: "Copy this link", message: text, kind: "problem" });
  }
}
