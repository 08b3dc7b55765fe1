import { expect, it } from "vitest";
import { remedyForPeople } from "./remedy";

it.each([
  ["GET /api/v1/cameras lists the cameras.", ""],
  ["GET /api/v1/hosts has its state; try again when it is online.", "Try again when it is online."],
  [
    "It may have expired; GET /api/v1/cameras/{id}/snapshots lists those that there are.",
    "It may have expired.",
  ],
  ["Make somebody else an admin first.", "Make somebody else an admin first."],
  ["Wait; it goes on by itself. Nothing is lost.", "Wait; it goes on by itself. Nothing is lost."],
])("what is for programs is not told to people: %s", (remedy, told) => {
  expect(remedyForPeople(remedy)).toBe(told);
});
