import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Failed, Loading } from "@/components/PageState";
import { Section } from "@/components/Section";
import { Time } from "@/components/Time";
import { capitalised } from "@/lib/stateMarks";
import { useNow } from "@/lib/useNow";
import { outcomeOf } from "./commandOutcome";
import classes from "./HostCommands.module.css";
import { commandsQuery } from "./hostQueries";

const FIRST = 10;
const MOST = 100;
const OUTCOMES_EVERY_MS = 5_000;

/** The commands that waited for a host, and what became of them. */
export function HostCommands({ host }: { host: string }) {
  const now = useNow(OUTCOMES_EVERY_MS);
  const [size, setSize] = useState(FIRST);
  const commands = useQuery(commandsQuery(host, size));
  const total = commands.data?.meta.total ?? 0;
  return (
    <Section
      title="Recent commands"
      hint="Those that had to wait because the host could not be reached. What a host takes at once is in its devices' time lines, with who asked."
    >
      {commands.data === undefined &&
        (commands.isError ? (
          <Failed error={commands.error} retry={() => void commands.refetch()} />
        ) : (
          <Loading what={`the commands for ${host}`} />
        ))}
      {commands.data !== undefined && total === 0 && (
        <p className={classes.none}>None: every command so far was taken at once.</p>
      )}
      {commands.data !== undefined && total > 0 && (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Asked</th>
                <th scope="col">Command</th>
                <th scope="col">By</th>
                <th scope="col">Outcome</th>
              </tr>
            </thead>
            <tbody>
              {commands.data.data.map((command) => {
                const outcome = outcomeOf(command, now);
                return (
                  <tr key={command.id}>
                    <td>
                      <Time at={command.createdAt} withDay />
                    </td>
                    <td>
                      {capitalised(command.action)} {command.device}
                    </td>
                    <td>{command.asked_by}</td>
                    <td className={outcome.tone === "action" ? classes.action : undefined}>
                      <span className={classes.word}>{outcome.word}</span>
                      {outcome.sentence !== "" && `: ${outcome.sentence}`}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {total > size && size < MOST && (
        <Button className={classes.more} size="compact-sm" variant="default" onClick={() => setSize(MOST)}>
          Show more
        </Button>
      )}
    </Section>
  );
}
