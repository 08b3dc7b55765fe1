import { useSyncExternalStore } from "react";

// An address may ask for it, as that of a screen on a wall which is begun by nobody.
let isOn = typeof location !== "undefined" && isAskedFor(new URLSearchParams(location.search));
const listeners = new Set<() => void>();

/** Whether an address asks for it: `?kiosk=1`. */
export function isAskedFor(address: URLSearchParams): boolean {
  return address.get("kiosk") === "1";
}

function set(value: boolean): void {
  if (isOn === value) return;
  isOn = value;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const enterKiosk = () => set(true);
const leaveKiosk = () => set(false);

/**
 * Kiosk mode: rail and top bar are hidden, and the page has the whole window.
 *
 *     const { isKiosk, enterKiosk, leaveKiosk } = useKiosk();
 *
 * Escape leaves it, and so does going to another page. The two functions stay the same ones.
 */
export function useKiosk() {
  const isKiosk = useSyncExternalStore(subscribe, () => isOn);
  return { isKiosk, enterKiosk, leaveKiosk };
}
