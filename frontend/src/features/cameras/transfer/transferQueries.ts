/** Cameras from a file, and into one. */
import { answer, api } from "@/api/client";
import { base64Of, type ImportFile } from "./importFile";

/** How a file is imported. `groupId`: of rows that name none; empty: none. */
export interface ImportOptions {
  groupId: string;
  skipsDuplicates: boolean;
  isPartial: boolean;
}

/** Imports a file; with `isDryRun` it is only said what would become of it. */
export function importCameras(
  file: ImportFile,
  options: ImportOptions,
  isDryRun: boolean,
  signal?: AbortSignal,
) {
  return answer(
    api.POST("/api/v1/cameras/import", {
      body: {
        format: file.format,
        data: base64Of(file.bytes),
        group_id: options.groupId === "" ? null : options.groupId,
        skip_duplicates: options.skipsDuplicates,
        partial: options.isPartial,
        dry_run: isDryRun,
      },
      ...(signal !== undefined && { signal }),
    }),
  );
}
