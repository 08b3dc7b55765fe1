import { useCallback, useSyncExternalStore } from "react";
import { type ExportOrder, parseOrders, withOrder, withoutOrder } from "./exportOrders";

const KEY = "coldframe.exports";
const listeners = new Set<() => void>();
let text: string | null = null;
let orders: readonly ExportOrder[] = [];

function read(): readonly ExportOrder[] {
  let kept: string | null = null;
  try {
    kept = sessionStorage.getItem(KEY);
  } catch {
    return orders; // a browser that forbids storage forgets them with the page
  }
  if (kept !== text) {
    text = kept;
    orders = parseOrders(kept);
  }
  return orders;
}

function write(next: ExportOrder[]): void {
  orders = next;
  text = JSON.stringify(next);
  try {
    sessionStorage.setItem(KEY, text);
  } catch {
    // As above.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The exports of this tab: they outlive the page, not the tab. */
export function useExportOrders() {
  const known = useSyncExternalStore(subscribe, read);
  const add = useCallback((order: ExportOrder) => write(withOrder(read(), order)), []);
  const remove = useCallback((id: string) => write(withoutOrder(read(), id)), []);
  return { orders: known, add, remove };
}
