import { expect, test } from "vitest";
import { isPressed, type KeyPress, keyCaps } from "./keys";

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

test("a letter is its key with Caps Lock too, and not with Shift, Ctrl, Cmd or Alt", () => {
  expect(isPressed("J", press("j"))).toBe(true);
  expect(isPressed("j", press("J"))).toBe(true);
  expect(isPressed("J", press("J", { shiftKey: true }))).toBe(false);
  expect(isPressed("J", press("j", { ctrlKey: true }))).toBe(false);
  expect(isPressed("J", press("j", { metaKey: true }))).toBe(false);
  expect(isPressed("J", press("j", { altKey: true }))).toBe(false);
  expect(isPressed("J", press("k"))).toBe(false);
});

test("Mod is Ctrl or Cmd", () => {
  expect(isPressed("Mod+K", press("k", { ctrlKey: true }))).toBe(true);
  expect(isPressed("Mod+K", press("k", { metaKey: true }))).toBe(true);
  expect(isPressed("Mod+K", press("k"))).toBe(false);
});

test("a sign is meant whether the keyboard needs Shift for it or not", () => {
  expect(isPressed("?", press("?", { shiftKey: true }))).toBe(true);
  expect(isPressed("/", press("/"))).toBe(true);
  expect(isPressed("/", press("/", { shiftKey: true }))).toBe(true);
  expect(isPressed("Plus", press("+", { shiftKey: true }))).toBe(true);
});

test("named keys, with and without Shift", () => {
  expect(isPressed("Space", press(" "))).toBe(true);
  expect(isPressed("ArrowLeft", press("ArrowLeft"))).toBe(true);
  expect(isPressed("ArrowLeft", press("ArrowLeft", { shiftKey: true }))).toBe(false);
  expect(isPressed("Shift+ArrowLeft", press("ArrowLeft", { shiftKey: true }))).toBe(true);
  expect(isPressed("Shift+N", press("N", { shiftKey: true }))).toBe(true);
});

test("caps are what is printed on the keys", () => {
  expect(keyCaps("Mod+k", false)).toEqual(["Ctrl", "K"]);
  expect(keyCaps("Mod+k", true)).toEqual(["⌘", "K"]);
  expect(keyCaps("Shift+ArrowLeft", false)).toEqual(["Shift", "←"]);
  expect(keyCaps("Space", false)).toEqual(["Space"]);
  expect(keyCaps("Plus", false)).toEqual(["+"]);
});
