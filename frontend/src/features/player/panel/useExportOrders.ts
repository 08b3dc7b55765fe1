import { useCallback, useSyncExternalStore } from "react";
import { useMe } from "@/lib/session";
import { type ExportOrder, parseOrders, withOrder, withoutOrder } from "./exportOrders";

const PREFIX = "coldframe.exports.";
const listeners = new Set<() => void>();
// Whose the two below are.
let owner = "";
let text: string | null = null;
let orders: readonly ExportOrder[] = [];

function read(userId: string): readonly ExportOrder[] {
  if (owner !== userId) {
    owner = userId;
    text = null;
    orders = [];
  }
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(PREFIX + userId);
  } catch {
    return orders; // a browser that forbids storage forgets them with the page
  }
  if (kept !== text) {
    text = kept;
    orders = parseOrders(kept);
  }
  return orders;
}

function write(userId: string, next: ExportOrder[]): void {
  owner = userId;
  orders = next;
  text = JSON.stringify(next);
  try {
    localStorage.setItem(PREFIX + userId, text);
  } catch {
    // As above.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // Another tab of the same user has ordered or forgotten one.
  window.addEventListener("storage", listener);
  return () => {
    window.removeEventListener("storage", listener);
    listeners.delete(listener);
  };
}

/** The user's exports of this browser: they outlive the page and its tab; who signs in next does not see them. */
export function useExportOrders() {
  const { id: userId } = useMe();
  const known = useSyncExternalStore(subscribe, () => read(userId));
  const add = useCallback((order: ExportOrder) => write(userId, withOrder(read(userId), order)), [userId]);
  const remove = useCallback((id: string) => write(userId, withoutOrder(read(userId), id)), [userId]);
  return { orders: known, add, remove };
}
