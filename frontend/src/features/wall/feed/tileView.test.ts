import { describe, expect, it } from "vitest";
import type { TileWord } from "./framesAnswer";
import {
  ageOf,
  emptyWords,
  type Lasting,
  looksSame,
  spoken,
  type TileView,
  type Told,
  titleSince,
  viewOf,
  WAITING,
} from "./tileView";

function told(word: TileWord, ageMs: number | null = 1_000, isStale = false): Told {
  const facts = {
    device: "lab-1/street",
    word,
    sentence: "Recording.",
    takenMs: 500_000,
    ageMs,
    isStale,
    number: 7,
  };
  return { facts, toldMs: 10_000, hasPicture: ageMs !== null };
}

describe("a tile", () => {
  it("with a picture of now says nothing", () => {
    expect(viewOf(told("live"), 10_500)).toMatchObject({
      title: "",
      tone: "quiet",
      isStale: false,
      bornMs: null,
    });
  });

  it("grows old while the gateway says nothing, and says so", () => {
    expect(ageOf(told("live"), 16_900)).toBe(7_900);
    expect(viewOf(told("live"), 16_900).isStale).toBe(false);
    const late = viewOf(told("live"), 17_100);
    expect(late).toMatchObject({
      title: "Stale",
      mark: "late",
      isStale: true,
      takenMs: 500_000,
      bornMs: 9_000,
    });
  });

  it("that is back on the screen waits for its new picture before it is called stale", () => {
    expect(viewOf(told("live"), 60_000, true).isStale).toBe(false);
    expect(viewOf(told("live", 1_000, true), 60_000, true).isStale).toBe(true);
  });

  it("of a silent host is stale as soon as the gateway says it", () => {
    expect(viewOf(told("host silent", 2_000, true), 10_000)).toMatchObject({
      title: "Host silent",
      mark: "host silent",
      tone: "attention",
      isStale: true,
    });
  });

  it.each(["frozen", "black", "stalled", "no source"] as const)("asks for action when %s", (word) => {
    expect(viewOf(told(word), 10_000).tone).toBe("action");
  });

  it.each(["live", "starting", "stopped", "host silent", "unknown"] as const)(
    "calls nobody when %s",
    (word) => {
      expect(viewOf(told(word), 10_000).tone).not.toBe("action");
    },
  );

  it("without a picture is not stale, and says that it has none", () => {
    const view = viewOf(told("no source", null), 900_000);
    expect(view).toMatchObject({ isStale: false, hasPicture: false });
    expect(emptyWords(view)).toBe("No picture");
    expect(emptyWords(viewOf(told("starting", null), 10_000))).toBe("No picture yet");
    expect(emptyWords(WAITING)).toBe("");
  });

  it("looks the same while only its hidden age grows", () => {
    expect(looksSame(viewOf(told("live", 1_000), 10_000), viewOf(told("live", 2_000), 11_000))).toBe(true);
    expect(looksSame(viewOf(told("live"), 10_000), viewOf(told("frozen"), 10_000))).toBe(false);
    expect(looksSame(viewOf(told("live"), 10_000), viewOf(told("live"), 30_000))).toBe(false);
  });

  it("is spoken with its state", () => {
    expect(spoken("Street", "lab-1", viewOf(told("live"), 10_000))).toBe("Street, lab-1, live");
    expect(spoken("Street", "lab-1", viewOf(told("frozen"), 10_000))).toBe("Street, lab-1, frozen");
    expect(spoken("Street", "lab-1", WAITING)).toBe("Street, lab-1, waiting");
  });

  it("says for how long its recorder is in a state, and not what nobody knows", () => {
    const minutes = 41 * 60_000;
    const said = (view: TileView, lasting: Omit<Lasting, "silentSinceMs">, nowMs: number) =>
      titleSince(view, { ...lasting, silentSinceMs: null }, nowMs, "utc");
    const noSource = { ...viewOf(told("no source"), 10_000), takenMs: null };
    expect(said(noSource, { word: "no source", sinceMs: 0 }, minutes)).toBe("No source for 41 min");
    expect(said(noSource, { word: "no source", sinceMs: null }, minutes)).toBe("No source");
    // What the list of devices says of it is about its state before.
    expect(said(noSource, { word: "live", sinceMs: 0 }, minutes)).toBe("No source");
    // It has been tried again a moment ago; the last picture is what tells.
    const without = { ...noSource, takenMs: 60_000 };
    expect(said(without, { word: "no source", sinceMs: minutes - 15_000 }, minutes)).toBe(
      "No source for 40 min",
    );
    expect(said(without, { word: "starting", sinceMs: minutes }, minutes)).toBe("No source for 40 min");
    // `since` is when it began to record, not when the picture froze.
    expect(said(viewOf(told("frozen"), 10_000), { word: "frozen", sinceMs: 0 }, minutes)).toBe("Frozen");
  });

  it("of a silent host says since when, with the day where that is another", () => {
    const now = Date.UTC(2026, 10, 22, 15);
    const silent = viewOf(told("host silent"), 10_000);
    const said = (silentSinceMs: number | null) =>
      titleSince(silent, { word: "host silent", sinceMs: 0, silentSinceMs }, now, "utc");
    expect(said(Date.UTC(2026, 10, 22, 14, 2, 5))).toBe("Host silent since 14:02");
    expect(said(Date.UTC(2026, 10, 20, 14, 2, 5))).toBe("Host silent since Fri 20 Nov");
    expect(said(null)).toBe("Host silent");
  });
});
