/** Exports that were ordered in this browser, newest first; the hosts keep them for a day. */

export interface ExportOrder {
  host: string;
  device: string;
  id: string;
  from: number;
  to: number;
}

const MOST = 20;

/** Reads what was kept; what is no order any more is left out. */
export function parseOrders(text: string | null): ExportOrder[] {
  if (text === null) return [];
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) ? read.filter(isOrder).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function isOrder(value: unknown): value is ExportOrder {
  if (typeof value !== "object" || value === null) return false;
  const { host, device, id, from, to } = value as Partial<Record<keyof ExportOrder, unknown>>;
  const isNamed = [host, device, id].every((part) => typeof part === "string" && part !== "");
  return isNamed && typeof from === "number" && typeof to === "number" && to > from;
}

export function withOrder(orders: readonly ExportOrder[], order: ExportOrder): ExportOrder[] {
  return [order, ...orders.filter((one) => one.id !== order.id)].slice(0, MOST);
}

export function withoutOrder(orders: readonly ExportOrder[], id: string): ExportOrder[] {
  return orders.filter((one) => one.id !== id);
}
