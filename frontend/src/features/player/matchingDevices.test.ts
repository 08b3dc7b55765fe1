import { expect, test } from "vitest";
import { MOST_LISTED, matching } from "./matchingDevices";

const device = (full: string, label = "", removed = false) => {
  const [host = "", name = ""] = full.split("/");
  return { host, device: name, label, removed };
};
const devices = [
  device("mall-1/cam1", "Entrance", true),
  device("mall-1/cam2", "Dock west"),
  device("mall-2/cam1", "Dock east"),
];

const names = (text: string) => matching(devices, text).listed.map((one) => `${one.host}/${one.device}`);

test("all words are to be in host, name or label, in any order", () => {
  expect(names("dock mall-2")).toEqual(["mall-2/cam1"]);
  expect(names("DOCK")).toEqual(["mall-1/cam2", "mall-2/cam1"]);
  expect(matching(devices, "garage")).toEqual({ listed: [], found: 0 });
});

test("a device that is gone from its host comes last", () => {
  expect(names(" ")).toEqual(["mall-1/cam2", "mall-2/cam1", "mall-1/cam1"]);
});

test("of very many only the first are listed, and all are counted", () => {
  const many = Array.from({ length: 1_000 }, (_, index) => device(`host/cam${index}`));
  const { listed, found } = matching(many, "cam");
  expect([listed.length, found]).toEqual([MOST_LISTED, 1_000]);
});
