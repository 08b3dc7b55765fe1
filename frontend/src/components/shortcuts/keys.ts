/** Which key press a written shortcut means. */

/** What of a key press decides; a KeyboardEvent has it. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const NAMED: Readonly<Record<string, string>> = { space: " ", plus: "+" };
const SHOWN: Readonly<Record<string, string>> = {
  arrowleft: "←",
  arrowright: "→",
  arrowup: "↑",
  arrowdown: "↓",
  escape: "Esc",
  pageup: "Page up",
  pagedown: "Page down",
};

/**
 * Whether `press` is the shortcut written as `keys`: "J", "?", "Space", "ArrowLeft", "Shift+N", "Mod+K".
 * `Mod` is Ctrl, and Cmd as well. Letters mean the key without Shift unless it is named; of signs such as "?"
 * some keyboards need Shift and some do not, so that it does not count.
 */
export function isPressed(keys: string, press: KeyPress): boolean {
  const parts = keys.split("+").map((part) => part.toLowerCase());
  const name = parts.pop() ?? "";
  const key = NAMED[name] ?? name;
  if (press.key.toLowerCase() !== key) return false;
  const isSign = key.length === 1 && key !== " " && key.toLowerCase() === key.toUpperCase();
  return (
    (press.ctrlKey || press.metaKey) === parts.includes("mod") &&
    press.altKey === parts.includes("alt") &&
    (isSign || press.shiftKey === parts.includes("shift"))
  );
}

/** The caps to show for a shortcut: "Shift+ArrowLeft" is Shift and ←. `isMac`: Mod is shown as ⌘. */
export function keyCaps(keys: string, isMac: boolean): string[] {
  return keys.split("+").map((part) => {
    const name = part.toLowerCase();
    if (name === "mod") return isMac ? "⌘" : "Ctrl";
    if (name === "plus") return "+";
    return SHOWN[name] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}
