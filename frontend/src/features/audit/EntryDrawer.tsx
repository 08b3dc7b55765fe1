import { Button, Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { groupsQuery } from "@/api/queries";
import { Time } from "@/components/Time";
import { utcText } from "@/lib/format";
import type { Entry } from "./auditQueries";
import { type Change, detailsOf } from "./details";
import classes from "./EntryDrawer.module.css";
import type { Filter } from "./listed";
import { SubjectLink } from "./SubjectLink";
import { deedWords } from "./words";

type SetFilters = (changes: Partial<Record<Filter, string | null>>) => void;

/** All that is known of a deed, at the window's edge. `entry` null: closed. */
export function EntryDrawer({
  entry,
  onClose,
  onFilter,
}: {
  entry: Entry | null;
  onClose: () => void;
  onFilter: SetFilters;
}) {
  // What is closing goes on showing what it showed.
  const [shown, setShown] = useState(entry);
  if (entry !== null && entry !== shown) setShown(entry);
  return (
    <Drawer
      opened={entry !== null}
      onClose={onClose}
      position="right"
      size="min(480px, 100%)"
      title={shown === null ? "" : deedWords(shown.action)}
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ content: classes.content ?? "", header: classes.header ?? "" }}
    >
      {shown !== null && (
        <EntryFacts
          entry={shown}
          onFilter={(changes) => {
            onFilter(changes);
            onClose();
          }}
        />
      )}
    </Drawer>
  );
}

function EntryFacts({ entry, onFilter }: { entry: Entry; onFilter: SetFilters }) {
  const groups = useQuery(groupsQuery);
  const { changes, facts } = detailsOf(
    entry.details,
    new Map((groups.data ?? []).map(({ id, name }) => [id, name])),
  );
  return (
    <>
      <dl className={classes.facts}>
        <Fact name="When">
          <Time at={entry.at} withDay />
          <span className={classes.quiet}>{utcText(Date.parse(entry.at))}</span>
        </Fact>
        <Fact name="Who">
          {entry.username}
          {entry.user_id === null && <span className={classes.quiet}>not signed in</span>}
        </Fact>
        {isAboutOthers(entry) && (
          <Fact name="To what">
            <SubjectLink entry={entry} />
          </Fact>
        )}
        <Fact name="From">{entry.address === "" ? "the gateway's machine" : entry.address}</Fact>
        {facts.map(({ name, value }) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
        {entry.request_id !== "" && (
          <Fact name="Request">
            <code>{entry.request_id}</code>
          </Fact>
        )}
      </dl>
      {changes.length > 0 && (
        <>
          <h3 className={classes.heading}>What changed</h3>
          <Changes changes={changes} />
        </>
      )}
      <div className={classes.ways}>
        <Button
          size="xs"
          variant="default"
          onClick={() =>
            onFilter({ user: entry.user_id ?? entry.username, kind: null, verb: null, subject: null })
          }
        >
          All that {entry.username} did
        </Button>
        {entry.subject_id !== "" && isAboutOthers(entry) && (
          <Button
            size="xs"
            variant="default"
            onClick={() =>
              onFilter({ subject: entry.subject_id, kind: entry.subject_kind, verb: null, user: null })
            }
          >
            All that was done to {entry.subject === "" ? "this" : entry.subject}
          </Button>
        )}
      </div>
    </>
  );
}

function isAboutOthers({ subject, subject_id, subject_kind, username }: Entry): boolean {
  return `${subject}${subject_id}` !== "" && !(subject_kind === "user" && subject === username);
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <table className={classes.changes}>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Was</th>
          <th scope="col">Is</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, was, is }) => (
          <tr key={field}>
            <th scope="row">{field}</th>
            <td>{was ?? <span className={classes.quiet}>none</span>}</td>
            <td>{is ?? <span className={classes.quiet}>none</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
