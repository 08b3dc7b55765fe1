/** What is known of each tile; who shows one subscribes to that one only. */
import type { FrameFacts, FramesAnswer } from "./framesAnswer";
import { looksSame, type TileView, type Told, viewOf, WAITING } from "./tileView";

type Listener = () => void;

interface Entry {
  told: Told | null;
  view: TileView;
  picture: Blob | null;
  /** Of `picture`. */
  number: number | null;
  /** Of `picture`, in ms since 1970; null: not known. */
  takenMs: number | null;
}

const EMPTY: Entry = { told: null, view: WAITING, picture: null, number: null, takenMs: null };

// So long a tile that is back on the screen waits for its new picture before it calls the last one stale.
const GRACE_MS = 1_500;
// A picture has about 10 kB; beyond this those that are not on the screen go.
const MOST_KEPT = 400;

/** Views and pictures by the device's full name. */
export class TileStore {
  private readonly entries = new Map<string, Entry>();
  private readonly viewListeners = new Map<string, Set<Listener>>();
  private readonly pictureListeners = new Map<string, Set<Listener>>();
  private readonly anyListeners = new Set<Listener>();
  private changes = 0;
  private graceUntilMs = 0;

  /** How a tile looks; the same object until that changes. */
  view(device: string): TileView {
    return this.entries.get(device)?.view ?? WAITING;
  }

  /** The newest picture that arrived; null: none yet. */
  picture(device: string): Blob | null {
    return this.entries.get(device)?.picture ?? null;
  }

  /** When the picture that `picture` gives was taken, in ms since 1970 by its host's clock; null: not known. */
  takenMs(device: string): number | null {
    return this.entries.get(device)?.takenMs ?? null;
  }

  /** Another number whenever any tile looks different. */
  get version(): number {
    return this.changes;
  }

  readonly onView = (device: string, listener: Listener): Listener =>
    listen(this.viewListeners, device, listener);

  readonly onPicture = (device: string, listener: Listener): Listener =>
    listen(this.pictureListeners, device, listener);

  readonly onAnyView = (listener: Listener): Listener => {
    this.anyListeners.add(listener);
    return () => this.anyListeners.delete(listener);
  };

  /** Takes an answer in; `nowMs` by `performance.now()`. False: a picture is missing that was sent before. */
  take(answer: FramesAnswer, nowMs: number): boolean {
    let isWhole = true;
    for (const frame of answer.frames) isWhole = this.takeOne(frame, nowMs) && isWhole;
    this.dropSurplus(answer.frames);
    return isWhole;
  }

  /** New pictures are about to be asked for, of tiles that nobody looked at for a while. */
  expect(nowMs: number): void {
    this.graceUntilMs = nowMs + GRACE_MS;
    this.reconsider(nowMs);
  }

  /** Looks at the clock: pictures grow stale also while nobody answers. */
  reconsider(nowMs: number): void {
    for (const [device, entry] of this.entries)
      if (entry.told !== null) this.show(device, entry, this.viewNow(entry.told, nowMs));
  }

  private viewNow(told: Told, nowMs: number): TileView {
    return viewOf(told, nowMs, nowMs < this.graceUntilMs);
  }

  private takeOne({ jpeg, ...facts }: FrameFacts, nowMs: number): boolean {
    const entry = this.entries.get(facts.device) ?? { ...EMPTY };
    // Again at the end: the map's order is by use.
    this.entries.delete(facts.device);
    this.entries.set(facts.device, entry);
    const isNew = jpeg !== null;
    if (isNew) {
      entry.picture = jpeg;
      entry.number = facts.number;
      entry.takenMs = facts.takenMs;
    }
    const isWhole = facts.number === null || entry.number === facts.number;
    entry.told = { facts, toldMs: nowMs, hasPicture: entry.picture !== null };
    this.show(facts.device, entry, this.viewNow(entry.told, nowMs));
    if (isNew) for (const listener of this.pictureListeners.get(facts.device) ?? []) listener();
    return isWhole;
  }

  private show(device: string, entry: Entry, view: TileView): void {
    if (looksSame(entry.view, view)) return;
    entry.view = view;
    this.changes += 1;
    for (const listener of this.viewListeners.get(device) ?? []) listener();
    for (const listener of this.anyListeners) listener();
  }

  private dropSurplus(used: readonly FrameFacts[]): void {
    const kept = Math.max(MOST_KEPT, used.length);
    for (const device of this.entries.keys()) {
      if (this.entries.size <= kept) return;
      this.entries.delete(device);
    }
  }
}

function listen(all: Map<string, Set<Listener>>, device: string, listener: Listener): Listener {
  const listeners = all.get(device) ?? new Set();
  all.set(device, listeners.add(listener));
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && all.get(device) === listeners) all.delete(device);
  };
}
