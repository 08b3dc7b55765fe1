import { useState } from "react";
import { Pager } from "@/components/list/Pager";
import type { ImportResult } from "@/features/cameras/cameraTypes";
import { count } from "@/lib/format";
import classes from "./ImportResultView.module.css";
import { errorText, importText } from "./importWords";

const PAGE_SIZE = 50;

/** What an import, or its preview, came to: how many, and which rows are wrong or left out, and why. */
export function ImportResultView({ result }: { result: ImportResult }) {
  return (
    <>
      <p className={classes.words} role="status">
        <strong>{importText(result)}</strong> {count(result.rows, "row")} in the file.
      </p>
      {result.new_groups.length > 0 && (
        <p className={classes.words}>
          {result.dry_run ? "Groups that are made for them" : "Groups that were made"}:{" "}
          {result.new_groups.join(", ")}.
        </p>
      )}
      {result.errors.length > 0 && (
        <Rows
          heading="Errors"
          columns={["Row", "Column", "What is wrong"]}
          rows={result.errors.map((error) => ({
            key: `${error.row} ${error.column} ${error.message}`,
            cells: [String(error.row), error.column || "—", errorText(error)],
          }))}
        />
      )}
      {result.skipped_rows.length > 0 && (
        <Rows
          heading="Skipped"
          columns={["Row", "Why"]}
          rows={result.skipped_rows.map(({ row, reason }) => ({
            key: String(row),
            cells: [String(row), reason],
          }))}
        />
      )}
    </>
  );
}

// By pages: a file may have ten thousand wrong rows.
function Rows({
  heading,
  columns,
  rows,
}: {
  heading: string;
  columns: readonly string[];
  rows: readonly { key: string; cells: readonly string[] }[];
}) {
  const [page, setPage] = useState(1);
  const begin = (page - 1) * PAGE_SIZE;
  const shown = rows.slice(begin, begin + PAGE_SIZE);
  return (
    <>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <caption>
            {heading}: {rows.length.toLocaleString("en-GB")}
          </caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ key, cells }) => (
              <tr key={key}>
                {cells.map((cell, column) => (
                  <td key={columns[column]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > PAGE_SIZE && (
        <Pager page={page} pageSize={PAGE_SIZE} shown={shown.length} total={rows.length} onPage={setPage} />
      )}
    </>
  );
}
