import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerDone, api } from "@/api/client";
import { Confirmation } from "@/components/Confirmation";
import { Failed } from "@/components/PageState";
import { Section } from "@/components/Section";
import { Time } from "@/components/Time";
import { duration } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { useNow } from "@/lib/useNow";
import { type ListedToken, tokensQuery } from "../hostQueries";
import classes from "./OpenTokens.module.css";
import { openTokens } from "./tokenList";

const EXPIRY_EVERY_MS = 10_000;

/** Enrolment tokens that somebody could still use, and withdrawing them. Nothing where there are none. */
export function OpenTokens() {
  const now = useNow(EXPIRY_EVERY_MS);
  const client = useQueryClient();
  const tokens = useQuery(tokensQuery);
  // The one that was asked about last stays in the dialog while that fades.
  const [asked, setAsked] = useState<ListedToken | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const withdraw = useMutation({
    mutationFn: (token_id: string) =>
      answerDone(api.DELETE("/api/v1/hosts/enrolment-tokens/{token_id}", { params: { path: { token_id } } })),
    onSuccess: () => setIsAsking(false),
    // Refused where a host has used it meanwhile: the list knows.
    onSettled: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  if (tokens.data === undefined) {
    return tokens.isError ? <Failed error={tokens.error} retry={() => void tokens.refetch()} /> : null;
  }
  const open = openTokens(tokens.data, now);
  if (open.length === 0 && !isAsking) return null;
  return (
    <Section title="Open enrolment tokens" hint="Whoever has one can enrol a host of that name.">
      <ul className={classes.list}>
        {open.map((token) => (
          <li key={token.id} className={classes.token}>
            <span className={classes.name}>{token.host_name}</span>
            <span>
              Expires in {duration(Date.parse(token.expires_at) - now)}{" "}
              <span className={classes.quiet}>
                (<Time at={token.expires_at} withDay />)
              </span>
            </span>
            <span className={classes.quiet}>
              {token.networks.join(", ")}
              {token.replaces_host && " · replaces a host of this name"}
            </span>
            <Button
              className={classes.end}
              size="compact-sm"
              variant="default"
              aria-label={`Withdraw the token for ${token.host_name}`}
              onClick={() => {
                withdraw.reset();
                setAsked(token);
                setIsAsking(true);
              }}
            >
              Withdraw
            </Button>
          </li>
        ))}
      </ul>
      <Confirmation
        opened={isAsking}
        title={`Withdraw the token for ${asked?.host_name ?? ""}?`}
        confirm="Withdraw"
        isDestructive
        isBusy={withdraw.isPending}
        problem={withdraw.isError ? problemOf(withdraw.error) : null}
        onConfirm={() => asked !== null && withdraw.mutate(asked.id)}
        onClose={() => setIsAsking(false)}
      >
        Nobody can enrol with it any more. A host that has it in its settings needs another.
      </Confirmation>
    </Section>
  );
}
