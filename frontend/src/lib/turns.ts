/** Takes turns: of the work that it is given, `most` run at once, the others in the order in which they came. */
export function turns(most: number): <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work, signal) => {
    if (running >= most) await new Promise<void>((go) => waiting.push(go));
    else running += 1;
    try {
      // Who has given up meanwhile does not begin.
      signal?.throwIfAborted();
      return await work();
    } finally {
      // The turn goes on to the next, or is free.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
