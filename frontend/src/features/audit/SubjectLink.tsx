import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import type { Entry } from "./auditQueries";
import { subjectPath } from "./subjectPath";

/** What a deed was done to, by its name then; a link where it can still be looked at. */
export function SubjectLink({ entry }: { entry: Entry }) {
  const path = subjectPath(entry);
  const name = entry.subject === "" ? entry.subject_id : entry.subject;
  if (name === "") return null;
  return path === null ? (
    name
  ) : (
    <Anchor component={Link} to={path} inherit>
      {name}
    </Anchor>
  );
}
