import { expect, test } from "vitest";
import {
  changeOf,
  formOf,
  isChanged,
  isOtherTrial,
  LIMITS,
  limitOf,
  numberOf,
  problemsOf,
  retentionChoices,
  shortenedTo,
  trialOf,
  withinSlider,
} from "./rulesForm";

const SETTINGS = { similarity_threshold: 0.95, min_duration_s: 60, max_duration_s: 300 };
const NONE = { similarity_threshold: null, min_duration_s: null, max_duration_s: null, retention_days: null };
const OWN = { similarity_threshold: 0.9, min_duration_s: 0, max_duration_s: null, retention_days: 0 };
const EMPTY = formOf(NONE);

test("rules and their form are the same both ways, nothing being no rule and 0 being one", () => {
  expect(formOf(OWN)).toEqual({ threshold: "0.9", minS: "0", maxS: "", retention: "0" });
  expect(changeOf(formOf(OWN))).toEqual(OWN);
  expect(changeOf(EMPTY)).toEqual(NONE);
});

test("only fields that were touched are changed", () => {
  expect(changeOf({})).toEqual({});
  expect(changeOf({ threshold: "0,8", retention: "" })).toEqual({
    similarity_threshold: 0.8,
    retention_days: null,
  });
});

test.each([
  // was, chosen (null: as the settings say), of the settings, shortened to
  [0, 30, 0, 30],
  [90, 30, 0, 30],
  [0, null, 60, 60],
  [30, 30, 0, null],
  [30, 90, 0, null],
  [30, 0, 0, null],
  [30, null, 0, null],
  [0, null, 0, null],
] as const)("of %s days to %s with %s for all is shorter: %s", (was, chosen, ofAll, shorter) => {
  const rules = { effective: { retention_days: was }, settings: { retention_days: ofAll } };
  expect(shortenedTo({ retention_days: chosen }, rules)).toBe(shorter);
  expect(shortenedTo({ min_duration_s: 1 }, rules)).toBeNull();
});

test("what is empty is tried as the settings say", () => {
  expect(trialOf(EMPTY, SETTINGS)).toEqual(SETTINGS);
  expect(trialOf({ ...EMPTY, threshold: "0,8" }, SETTINGS)).toEqual({
    ...SETTINGS,
    similarity_threshold: 0.8,
  });
});

test("only what differs from what counts is another trial", () => {
  const rules = { effective: { ...SETTINGS, similarity_threshold: 0.9 }, settings: SETTINGS };
  expect(isOtherTrial({ ...EMPTY, threshold: "0.90" }, rules)).toBe(false);
  expect(isOtherTrial(EMPTY, rules)).toBe(true);
});

test("a camera's rules are changed also by taking one away", () => {
  expect(isChanged(formOf(OWN), OWN)).toBe(false);
  expect(isChanged({ ...formOf(OWN), threshold: "0.900" }, OWN)).toBe(false);
  expect(isChanged({ ...formOf(OWN), threshold: "" }, OWN)).toBe(true);
  expect(isChanged({ ...formOf(OWN), retention: "30" }, OWN)).toBe(true);
});

test.each([
  ["threshold", "0"],
  ["threshold", "1.01"],
  ["threshold", "high"],
  ["minS", "-1"],
  ["minS", "90000"],
  ["maxS", "0"],
  ["maxS", "1e3"],
] as const)("%s %s is complained about", (field, text) => {
  expect(Object.keys(problemsOf({ ...EMPTY, [field]: text }, SETTINGS))).toEqual([field]);
});

test.each([
  ["threshold", "1"],
  ["threshold", ""],
  ["minS", "0"],
  ["minS", "300"],
  ["maxS", "86400"],
] as const)("%s %s is none", (field, text) => {
  expect(problemsOf({ ...EMPTY, [field]: text }, SETTINGS)).toEqual({});
});

test("an event that could never be long enough is complained about where something is typed", () => {
  expect(Object.keys(problemsOf({ ...EMPTY, minS: "301" }, SETTINGS))).toEqual(["minS"]);
  expect(Object.keys(problemsOf({ ...EMPTY, maxS: "59" }, SETTINGS))).toEqual(["maxS"]);
});

test("numbers are read with a point or a comma, and nothing else is a number", () => {
  expect(numberOf(" 0,95 ")).toBe(0.95);
  expect(numberOf("")).toBeNull();
  for (const text of ["0x10", "1e3", "∞", ".5", "-1", "1.2.3"]) expect(numberOf(text)).toBeNaN();
  expect(limitOf({ ...EMPTY, maxS: "x" }, "maxS", SETTINGS)).toBeNull();
});

test("a slider stays within its reach", () => {
  const [threshold] = LIMITS;
  expect(threshold && withinSlider(0.1, threshold.slider)).toBe(0.5);
  expect(threshold && withinSlider(0.97, threshold.slider)).toBe(0.97);
});

test("a retention that is none of the usual ones is among the choices", () => {
  expect(retentionChoices("").map(({ value }) => value)).toEqual(["30", "60", "90", "0"]);
  expect(retentionChoices("7")[0]).toEqual({ value: "7", label: "7 days" });
});
