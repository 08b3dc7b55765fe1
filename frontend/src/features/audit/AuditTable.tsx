import { IconShieldX } from "@tabler/icons-react";
import table from "@/components/list/Table.module.css";
import { Time } from "@/components/Time";
import classes from "./AuditTable.module.css";
import type { Entry } from "./auditQueries";
import { SubjectLink } from "./SubjectLink";
import { deedWords, isRefused } from "./words";

/** Deeds as a table; on phones each is a card. `isOld`: of the list before, while the next one is fetched. */
export function AuditTable({
  entries,
  isOld,
  onShow,
}: {
  entries: readonly Entry[];
  isOld: boolean;
  onShow: (entry: Entry) => void;
}) {
  return (
    <table className={`${table.table} ${classes.log}`} data-old={isOld}>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">Did</th>
          <th scope="col">To what</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id}>
            <td className={classes.when}>
              <Time at={entry.at} withDay />
            </td>
            <th scope="row" className={classes.who}>
              {entry.username}
              {entry.user_id === null && <span className={classes.mark}>not signed in</span>}
            </th>
            <td>
              <button type="button" className={classes.deed} onClick={() => onShow(entry)}>
                {isRefused(entry.action) && <IconShieldX size={14} stroke={1.75} aria-hidden />}
                {deedWords(entry.action)}
              </button>
            </td>
            <td className={classes.subject}>
              <SubjectLink entry={entry} />
            </td>
            <td className={`${table.quiet} ${classes.from}`} data-label="From">
              {entry.address === "" ? "this machine" : entry.address}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
