import { useEffect, useRef } from "react";
import { register, type Shortcut, type ShortcutGroup } from "./registered";

/**
 * Keys that do something while this component is there, and that the overlay on "?" lists under `heading`:
 *
 *     useShortcuts("Player", [
 *       { keys: "J", label: "Back 10 s", action: () => seekBy(-10_000) },
 *       { keys: ["K", "Space"], label: "Play or pause", action: toggle, once: true },
 *       { keys: "Shift+ArrowLeft", label: "Back one minute", action: () => seekBy(-60_000) },
 *     ]);
 *
 * Silent while somebody types in a field or a dialog is open; keys that the focused element takes itself
 * (Space on a button, arrows on a slider or in a tab list) are left to it. Where two groups have the same
 * key, the one that came last gets it. The array may be a new one each time.
 */
export function useShortcuts(heading: string, shortcuts: readonly Shortcut[]): void {
  const held = useRef<ShortcutGroup>({ heading, shortcuts });
  useEffect(() => {
    held.current = { heading, shortcuts };
  });
  useEffect(() => register(held), []);
}
