import { describe, expect, it, vi } from "vitest";
import type { FrameFacts } from "./framesAnswer";
import { TileStore } from "./tileStore";

function frame(device: string, facts: Partial<FrameFacts> = {}): FrameFacts {
  return {
    device,
    word: "live",
    sentence: "Recording.",
    takenMs: 500_000,
    ageMs: 1_000,
    isStale: false,
    number: 1,
    jpeg: new Blob(["one"]),
    ...facts,
  };
}

const answer = (...frames: FrameFacts[]) => ({ cursor: "c", frames });

describe("the tiles' store", () => {
  it("tells a tile only what concerns it", () => {
    const store = new TileStore();
    store.take(answer(frame("a"), frame("b")), 0);
    const [onA, onB, onPictureA, onPictureB] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
    store.onView("a", onA);
    store.onView("b", onB);
    store.onPicture("a", onPictureA);
    store.onPicture("b", onPictureB);
    store.take(answer(frame("a", { number: 2 }), frame("b", { word: "frozen", jpeg: null })), 1_000);
    expect([onA, onB, onPictureA, onPictureB].map((told) => told.mock.calls.length)).toEqual([0, 1, 1, 0]);
  });

  it("keeps the same view for as long as nothing looks different", () => {
    const store = new TileStore();
    store.take(answer(frame("a")), 0);
    const before = store.view("a");
    store.take(answer(frame("a", { number: 2 })), 1_000);
    store.reconsider(2_000);
    expect(store.view("a")).toBe(before);
  });

  it("knows when the picture that it keeps was taken, also where a later one was told of and not sent", () => {
    const store = new TileStore();
    expect(store.takenMs("a")).toBeNull();
    store.take(answer(frame("a", { takenMs: 500_000 })), 0);
    store.take(answer(frame("a", { takenMs: 502_000, number: 2, jpeg: null })), 2_000);
    expect(store.takenMs("a")).toBe(500_000);
  });

  it("lets pictures grow stale while nobody answers, and keeps them", () => {
    const store = new TileStore();
    store.take(answer(frame("a")), 0);
    store.reconsider(20_000);
    expect(store.view("a")).toMatchObject({ isStale: true, hasPicture: true });
    expect(store.picture("a")).not.toBeNull();
  });

  it("does not call a picture stale in the moment in which its tile comes back", () => {
    const store = new TileStore();
    store.take(answer(frame("a")), 0);
    store.reconsider(60_000);
    store.expect(60_500);
    expect(store.view("a").isStale).toBe(false);
    store.reconsider(63_000);
    expect(store.view("a").isStale).toBe(true);
  });

  it("notices a picture that was sent before and is not there any more", () => {
    const store = new TileStore();
    expect(store.take(answer(frame("a", { jpeg: null })), 0)).toBe(false);
    expect(store.take(answer(frame("a")), 0)).toBe(true);
    expect(store.take(answer(frame("a", { jpeg: null })), 0)).toBe(true);
    expect(store.take(answer(frame("b", { jpeg: null, number: null })), 0)).toBe(true);
  });

  it("forgets what was not looked at for longest, and none of the present tiles", () => {
    const store = new TileStore();
    for (let number = 0; number < 500; number += 1) store.take(answer(frame(`device-${number}`)), 0);
    expect(store.picture("device-0")).toBeNull();
    expect(store.picture("device-499")).not.toBeNull();
  });

  it("tells nobody who has stopped listening", () => {
    const store = new TileStore();
    const listener = vi.fn();
    store.onView("a", listener)();
    store.take(answer(frame("a")), 0);
    expect(listener).not.toHaveBeenCalled();
  });
});
