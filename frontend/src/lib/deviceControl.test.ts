import { expect, test } from "vitest";
import { actionsFor, questionFor, resultOf } from "./deviceControl";

test("a stopped device is started, any other is stopped or restarted", () => {
  expect(actionsFor("stopped")).toEqual(["start"]);
  expect(actionsFor("live")).toEqual(["stop", "restart"]);
  expect(actionsFor("no source")).toEqual(["stop", "restart"]);
});

test("of a device whose host is silent nobody knows whether it records: all is offered", () => {
  expect(actionsFor("host silent")).toEqual(["start", "stop", "restart"]);
});

test("stopping and restarting are asked about with what they cost, starting is not", () => {
  expect(questionFor("stop", "Lobby")?.cost).toContain("Nothing is recorded until somebody starts it again");
  expect(questionFor("restart", "Lobby")?.cost).toContain("A second or two is not recorded");
  expect(questionFor("start", "Lobby")).toBeNull();
});

test("what the host took is told in the host's own sentence", () => {
  const told = { delivered: true, sentence: "Recording of cam1 starts within seconds.", host: "lab-1" };
  expect(resultOf(told, null)).toBe("Recording of cam1 starts within seconds.");
});

test("what could not be delivered says that it waits, and until when", () => {
  const waits = { delivered: false, sentence: "…", host: "lab-1" };
  expect(resultOf(waits, "14:10:00")).toBe(
    "lab-1 cannot be reached. This waits for the host's next heartbeat. It is dropped if the host has not reported by 14:10:00.",
  );
});
