/** Which tile plays live: one at most, so that looking over a wall leaves no player running. */

// The pointer crosses tiles on its way; only where it stays is something to be played.
const SETTLED_MS = 400;

export class LiveChoice {
  private chosen: string | null = null;
  private wanted: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The tile's key; null: none plays. */
  get current(): string | null {
    return this.chosen;
  }

  /** Plays `tile` soon, or at once. What plays otherwise ends. */
  want(tile: string, isAtOnce = false): void {
    clearTimeout(this.timer);
    this.wanted = tile;
    if (this.chosen === tile) return;
    this.set(null);
    if (isAtOnce) this.set(tile);
    else this.timer = setTimeout(() => this.set(tile), SETTLED_MS);
  }

  /** Ends `tile`, whether it plays or was to; another one is left alone. */
  leave(tile: string): void {
    if (this.wanted !== tile) return;
    clearTimeout(this.timer);
    this.wanted = null;
    this.set(null);
  }

  private set(tile: string | null): void {
    if (this.chosen === tile) return;
    this.chosen = tile;
    for (const listener of this.listeners) listener();
  }
}
