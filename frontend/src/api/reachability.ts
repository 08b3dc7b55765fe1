/** Whether the gateway answers at all, as the last requests met it. */

let isReachable = true;
const listeners = new Set<() => void>();

/** Told of each request: whether the gateway itself answered it. */
export function noteReached(reached: boolean): void {
  if (reached === isReachable) return;
  isReachable = reached;
  for (const listener of listeners) listener();
}

export function isGatewayReachable(): boolean {
  return isReachable;
}

/** Calls `listener` when that changes; returns how to stop it. */
export function onReachable(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
