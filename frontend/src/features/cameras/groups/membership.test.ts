import { expect, it } from "vitest";
import { groupAfter, placeOf, placeText } from "./membership";

const LOBBY = { id: "g-lobby", name: "Lobby" };

it("a camera that is put in and taken out again is where it was before", () => {
  const before = placeOf({ group_id: "g-lobby", group: "Lobby" });
  expect(groupAfter(true, "g-dock", before)).toBe("g-dock");
  expect(groupAfter(false, "g-dock", before)).toBe("g-lobby");
});

it("a camera of which no group before is known is in none when it is taken out", () => {
  expect(placeOf({ group_id: null, group: null })).toBeNull();
  expect(groupAfter(false, "g-dock", null)).toBeNull();
});

it("where a camera is, and where it goes when it is taken out, is said", () => {
  expect(placeText(false, LOBBY, null)).toBe("in Lobby now");
  expect(placeText(true, { id: "g-dock", name: "Dock" }, LOBBY)).toBe(
    "was in Lobby, and is again when taken out",
  );
  expect(placeText(true, { id: "g-dock", name: "Dock" }, null)).toBeNull();
  expect(placeText(false, null, null)).toBeNull();
});
