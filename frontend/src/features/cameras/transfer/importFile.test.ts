import { expect, test } from "vitest";
import { base64Of, fileProblem, formatOf, TEMPLATE } from "./importFile";

const bytes = (text: string) => new TextEncoder().encode(text);

test("a file's format is that of its name, else of how it begins", () => {
  expect(formatOf("cameras.CSV", bytes("[1]"))).toBe("csv");
  expect(formatOf("cameras.json", bytes("name,rtsp_url"))).toBe("json");
  expect(formatOf("pasted", bytes('\n [{"name": "A"}]'))).toBe("json");
  expect(formatOf("pasted", bytes("name,rtsp_url\nA,rtsp://cam/"))).toBe("csv");
});

test("what is no list of cameras is refused before it is sent", () => {
  expect(fileProblem({ name: "cameras.xlsx", bytes: bytes("PK") })).toContain("Save it as CSV");
  expect(fileProblem({ name: "cameras.csv", bytes: bytes("") })).toContain("empty");
  expect(fileProblem({ name: "cameras.csv", bytes: new Uint8Array(17 * 1024 * 1024) })).toContain("10,000");
  expect(fileProblem({ name: "cameras.csv", bytes: bytes("name") })).toBeNull();
});

test("every byte arrives, however many there are", () => {
  const many = Uint8Array.from({ length: 100_000 }, (_, number) => number % 256);
  const back = Uint8Array.from(atob(base64Of(many)), (character) => character.charCodeAt(0));
  expect(back).toEqual(many);
  expect(base64Of(bytes("Tür"))).toBe("VMO8cg==");
});

test("each line of the template has a cell for each column", () => {
  const lines = TEMPLATE.trimEnd().split("\r\n");
  expect(new Set(lines.map((line) => line.split(",").length))).toEqual(new Set([16]));
});
