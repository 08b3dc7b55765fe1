import { isPressed } from "./keys";

/** A key that does something on a page. */
export interface Shortcut {
  /** "J", "?", "Space", "ArrowLeft", "Shift+N", "Mod+K" (Ctrl or Cmd); several for the same. */
  keys: string | readonly string[];
  /** What it does, as the overlay on "?" says it: "Back 10 s". */
  label: string;
  action: (event: KeyboardEvent) => void;
  /** Also while one types in a field; of its keys only those with Mod, as the others are text there. */
  whileTyping?: boolean;
  /** Not again while the key is held: for what switches. */
  once?: boolean;
}

/** The shortcuts of one part of the page, under its heading. */
export interface ShortcutGroup {
  heading: string;
  shortcuts: readonly Shortcut[];
}

type Held = { readonly current: ShortcutGroup };
let groups: readonly Held[] = [];
const listeners = new Set<() => void>();

/** Adds a group; returns how to take it away. The newest group that has a key is the one that gets it. */
export function register(group: Held): () => void {
  if (groups.length === 0) window.addEventListener("keydown", onKeyDown);
  change([...groups, group]);
  return () => {
    change(groups.filter((one) => one !== group));
    if (groups.length === 0) window.removeEventListener("keydown", onKeyDown);
  };
}

function change(to: readonly Held[]): void {
  groups = to;
  for (const listener of listeners) listener();
}

export function onChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** All groups that are there now, oldest first. The same array until one comes or goes. */
export function registered(): readonly Held[] {
  return groups;
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || isModalOpen()) return;
  const isTaken = takesKey(event);
  for (const { current } of groups.toReversed()) {
    for (const shortcut of current.shortcuts) {
      const keys = typeof shortcut.keys === "string" ? [shortcut.keys] : shortcut.keys;
      const mayBe = (one: string) => !isTaken || (shortcut.whileTyping === true && /^mod\+/i.test(one));
      if (!keys.some((one) => mayBe(one) && isPressed(one, event))) continue;
      event.preventDefault();
      if (!(event.repeat && shortcut.once === true)) shortcut.action(event);
      return;
    }
  }
}

function isModalOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}

// What the focused element does with the key itself comes first.
function takesKey(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('[role="menu"], [role="listbox"]') !== null) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  const isArrow = event.key.startsWith("Arrow") || /^(Home|End|PageUp|PageDown)$/.test(event.key);
  const isPress = event.key === " " || event.key === "Enter";
  if (target instanceof HTMLInputElement) {
    if (/^(checkbox|radio|button|submit)$/.test(target.type)) return isArrow || isPress;
    return target.type === "range" ? isArrow : true;
  }
  if (isPress && target.closest('button, a[href], summary, [role="button"], [role="tab"]') !== null)
    return true;
  return isArrow && target.closest('[role="slider"], [role="tablist"], [role="radiogroup"]') !== null;
}
