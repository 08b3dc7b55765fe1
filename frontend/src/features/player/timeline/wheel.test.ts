import { expect, test } from "vitest";
import { wheelMeaning } from "./wheel";

const turn = { deltaX: 0, deltaY: 0, deltaMode: 0, shiftKey: false, ctrlKey: false };

test("the wheel zooms: towards one is wider, and back is where one was", () => {
  const wider = wheelMeaning({ ...turn, deltaY: 100 });
  const closer = wheelMeaning({ ...turn, deltaY: -100 });
  if (!("factor" in wider && "factor" in closer)) throw new Error("the wheel zooms");
  expect(wider.factor).toBeGreaterThan(1);
  expect(wider.factor * closer.factor).toBeCloseTo(1);
});

test("with Shift, and where it turns sideways, it pans", () => {
  expect(wheelMeaning({ ...turn, deltaY: 100, shiftKey: true })).toEqual({ pixels: 100 });
  expect(wheelMeaning({ ...turn, deltaX: -30, deltaY: 2 })).toEqual({ pixels: -30 });
  expect(wheelMeaning({ ...turn, deltaX: 3, deltaMode: 1 })).toEqual({ pixels: 48 });
});
