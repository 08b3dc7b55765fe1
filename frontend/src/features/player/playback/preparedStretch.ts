/** The stretch around a moment that somebody is likely to want next: fetched before they ask. */
import type { Entry } from "./playlist";
import { firstStretch, type Stretch } from "./windows";

// A list that is older may lack what was recorded since, or name what retention has taken.
const GOOD_FOR_MS = 30_000;
// So much of a stretch must lie on both sides of a moment for it to serve.
const MARGIN_MS = 20_000;

interface Prepared {
  stretch: Stretch;
  atMs: number;
  entries: Promise<Entry[]>;
  turn: AbortController;
}

/** Holds one stretch: that around the last moment that was pointed at. */
export class PreparedStretch {
  readonly #fetch: (stretch: Stretch, signal: AbortSignal) => Promise<Entry[]>;
  readonly #nowMs: () => number;
  #held: Prepared | null = null;

  constructor(fetch: (stretch: Stretch, signal: AbortSignal) => Promise<Entry[]>, nowMs: () => number) {
    this.#fetch = fetch;
    this.#nowMs = nowMs;
  }

  /** Fetches the stretch around `ms`, unless the one that is held serves. */
  prepare(ms: number): void {
    if (this.#serving(ms) !== null) return;
    this.drop();
    const turn = new AbortController();
    const stretch = firstStretch(ms);
    const entries = this.#fetch(stretch, turn.signal);
    // Nobody may ask for it; who does fetches it again, and is told what is wrong.
    entries.catch(() => {
      if (this.#held?.turn === turn) this.#held = null;
    });
    this.#held = { stretch, atMs: this.#nowMs(), entries, turn };
  }

  /** The entries around `ms`, where they are there or under way; null where they have to be asked for. */
  async take(ms: number): Promise<Entry[] | null> {
    return (await this.#serving(ms)?.entries.catch(() => null)) ?? null;
  }

  drop(): void {
    this.#held?.turn.abort();
    this.#held = null;
  }

  #serving(ms: number): Prepared | null {
    const held = this.#held;
    if (held === null || this.#nowMs() - held.atMs > GOOD_FOR_MS) return null;
    const { fromMs, toMs } = held.stretch;
    return ms >= fromMs + MARGIN_MS && ms <= toMs - MARGIN_MS ? held : null;
  }
}
