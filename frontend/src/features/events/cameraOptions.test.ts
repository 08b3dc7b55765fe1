import { expect, test } from "vitest";
import { cameraOptions } from "./cameraOptions";

const GATE = { external_id: "cam_001", label: "Gate", host: "lab-1", removed: false };
const LOBBY = { external_id: "cam_002", label: "Lobby", host: "lab-1", removed: false };

test("cameras are listed by name, those of the catalogue beside those that hosts record", () => {
  const options = cameraOptions([LOBBY, GATE], [{ external_id: "cam_009", name: "Attic", host: null }], "");
  expect(options).toEqual([
    { value: "cam_009", label: "Attic" },
    { value: "cam_001", label: "Gate" },
    { value: "cam_002", label: "Lobby" },
  ]);
});

test("two of one name are told apart by their hosts", () => {
  const other = { ...GATE, external_id: "cam_003", host: "lab-2" };
  expect(cameraOptions([GATE, other], [], "").map(({ label }) => label)).toEqual([
    "Gate · lab-1",
    "Gate · lab-2",
  ]);
});

test("one that is asked for is there, even if nobody knows it, and one that moved is there once", () => {
  expect(cameraOptions([], [], "cam_gone")).toEqual([{ value: "cam_gone", label: "cam_gone" }]);
  const former = { ...GATE, host: "lab-0", removed: true };
  expect(cameraOptions([GATE, former], [], "cam_001")).toHaveLength(1);
});
