import { expect, test } from "vitest";
import type { ImportResult } from "@/features/cameras/cameraTypes";
import { errorText, hindrance, importLabel, importText } from "./importWords";

const NOTHING: ImportResult = {
  created: 0,
  updated: 0,
  new_groups: [],
  skipped: 0,
  failed: 0,
  dry_run: true,
  rows: 0,
  errors: [],
  skipped_rows: [],
};

test("a preview says what would become of the rows, an import what became of them", () => {
  expect(importText({ ...NOTHING, created: 120, skipped: 3, failed: 2 })).toBe(
    "120 cameras are new, 3 rows are skipped, 2 rows have errors.",
  );
  expect(importText({ ...NOTHING, created: 1, skipped: 1, failed: 1 })).toBe(
    "1 camera is new, 1 row is skipped, 1 row has errors.",
  );
  expect(importText({ ...NOTHING, created: 2, dry_run: false })).toBe("2 cameras imported.");
});

test("with errors nothing is imported unless their rows are left out", () => {
  const preview = { ...NOTHING, created: 5, failed: 1 };
  expect(hindrance(preview, false)).toContain("while a row has errors");
  expect(hindrance(preview, true)).toBeNull();
  expect(hindrance({ ...NOTHING, updated: 1 }, true)).toBeNull();
  expect(hindrance(NOTHING, true)).toContain("nothing new");
});

test("an error is a sentence", () => {
  const error = { row: 7, column: "fps", message: "must be a whole number from 1 to 240." };
  expect(errorText(error)).toBe("It must be a whole number from 1 to 240.");
  expect(errorText({ column: "", message: "has 3 cells, and the header 2" })).toBe(
    "The row has 3 cells, and the header 2.",
  );
});

test("the button says what it does", () => {
  expect(importLabel({ ...NOTHING, created: 120 })).toBe("Import 120 cameras");
  expect(importLabel({ ...NOTHING, created: 1, updated: 2 })).toBe("Import 1 camera, change 2");
  expect(importLabel({ ...NOTHING, updated: 2 })).toBe("Change 2");
});
