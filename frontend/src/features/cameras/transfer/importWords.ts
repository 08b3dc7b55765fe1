/** What a preview or an import came to, in words. */
import type { ImportResult } from "@/features/cameras/cameraTypes";
import { count } from "@/lib/format";
import { capitalised } from "@/lib/stateMarks";

/** What would be imported, or was: "120 cameras are new, 3 rows are skipped, 2 have errors." */
export function importText(result: ImportResult): string {
  const parts = [
    result.dry_run
      ? `${count(result.created, "camera")} ${result.created === 1 ? "is" : "are"} new`
      : `${count(result.created, "camera")} imported`,
    ...(result.updated === 0
      ? []
      : [`${count(result.updated, "device")} of hosts ${result.dry_run ? "to change" : "changed"}`]),
    ...(result.skipped === 0
      ? []
      : [`${count(result.skipped, "row")} ${result.skipped === 1 ? "is" : "are"} skipped`]),
    ...(result.failed === 0
      ? []
      : [`${count(result.failed, "row")} ${result.failed === 1 ? "has" : "have"} errors`]),
  ];
  return `${parts.join(", ")}.`;
}

/** Why nothing can be imported of what was previewed; null: it can. */
export function hindrance(preview: ImportResult, isPartial: boolean): string | null {
  if (preview.failed > 0 && !isPartial)
    return "Nothing is imported while a row has errors. Mend them in the file, or leave those rows out.";
  return preview.created + preview.updated === 0 ? "There is nothing new to import." : null;
}

/** What the button says that imports what was previewed. */
export function importLabel({ created, updated }: ImportResult): string {
  const parts = [
    ...(created > 0 || updated === 0 ? [`Import ${count(created, "camera")}`] : []),
    ...(updated > 0 ? [`change ${updated}`] : []),
  ];
  return capitalised(parts.join(", "));
}

/** An error's sentence: it goes on where the column's name ends ("must be a whole number"). */
export function errorText({ column, message }: { column: string; message: string }): string {
  const text = message.trim();
  const begins = /^[a-z]/.test(text) ? `${column === "" ? "The row" : "It"} ${text}` : text;
  return /[.!?]$/.test(begins) ? begins : `${begins}.`;
}
