import { Link } from "react-router";
import type { Entry } from "./auditQueries";
import { subjectPath } from "./subjectPath";

/** What a deed was done to, by its name then; a link where it can still be looked at. Nothing where it is who did it. */
export function SubjectLink({ entry }: { entry: Entry }) {
  const path = subjectPath(entry);
  const name = entry.subject === "" ? entry.subject_id : entry.subject;
  const isTheirOwn = entry.subject_kind === "user" && entry.subject === entry.username;
  if (name === "" || isTheirOwn) return null;
  return path === null ? name : <Link to={path}>{name}</Link>;
}
