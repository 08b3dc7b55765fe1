import { expect, test } from "vitest";
import type { HostState, Word } from "@/api/types";
import { CAMERA_STATUSES, cameraMarkOf, capitalised, markOf, troubleRank } from "./stateMarks";

const WORDS: Word[] = [
  "live",
  "starting",
  "stalled",
  "no source",
  "stopped",
  "frozen",
  "black",
  "host silent",
];
const HOST_STATES: HostState[] = ["online", "late", "offline", "revoked"];

test("no two words of devices share a shape: without colour they are told apart", () => {
  expect(new Set(WORDS.map((word) => markOf(word).shape)).size).toBe(WORDS.length);
});

test("no two states of hosts share a shape", () => {
  expect(new Set(HOST_STATES.map((state) => markOf(state).shape)).size).toBe(HOST_STATES.length);
});

test("no two states of cameras share a shape", () => {
  const states = [...CAMERA_STATUSES, "off"] as const;
  expect(new Set(states.map((state) => cameraMarkOf(state).shape)).size).toBe(states.length);
});

test("what is fine is quiet, and what records nothing useful asks for action", () => {
  expect(markOf("live").tone).toBe("quiet");
  expect(markOf("online").tone).toBe("quiet");
  for (const word of ["stalled", "no source", "frozen", "black", "offline"] as const) {
    expect(markOf(word).tone).toBe("action");
  }
});

test("sorted by trouble, what needs action comes first and what is fine last", () => {
  const sorted = (["live", "stopped", "frozen"] as const).toSorted((a, b) => troubleRank(a) - troubleRank(b));
  expect(sorted).toEqual(["frozen", "stopped", "live"]);
});

test("a word begins with a capital where it stands first", () => {
  expect(capitalised("host silent")).toBe("Host silent");
  expect(capitalised("")).toBe("");
});
