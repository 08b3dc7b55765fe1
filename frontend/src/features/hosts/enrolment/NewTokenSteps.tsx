import { Button, Group, Loader, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { hostsQuery } from "@/api/queries";
import { serverNow } from "@/api/serverClock";
import { StateMark } from "@/components/StateMark";
import { Time } from "@/components/Time";
import type { NewToken } from "../hostQueries";
import { hasArrived } from "./arrival";
import { CopyableText } from "./CopyableText";
import { agentToken, COMMANDS, hostToml, isReachableFromElsewhere } from "./hostSettings";
import classes from "./NewTokenSteps.module.css";

/** The token, this once, and what is done with it on the machine; says when the host has arrived. */
export function NewTokenSteps({ token, onDone }: { token: NewToken; onDone: () => void }) {
  const [address, setAddress] = useState("");
  const [ownToken] = useState(() => agentToken(crypto.getRandomValues(new Uint8Array(24))));
  const [madeAt] = useState(serverNow);
  const hosts = useQuery(hostsQuery);
  const host = hosts.data?.find(({ name }) => name === token.host_name);
  const arrived = host !== undefined && hasArrived(host, madeAt);
  const gatewayUrl = location.origin;
  return (
    <div className={classes.steps}>
      <section>
        <h3>The token</h3>
        <p className={classes.quiet}>
          It is shown this once. Good until <Time at={token.expires_at} withDay />, for {token.host_name}{" "}
          alone.
        </p>
        <CopyableText text={token.token} label="the token" />
      </section>
      <section>
        <h3>1. In host.toml of that machine</h3>
        <TextInput
          label="Address of that machine"
          description="As the gateway reaches it; it is put into the lines below."
          placeholder="10.0.0.7"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          mb="xs"
        />
        <CopyableText
          text={hostToml({
            hostName: token.host_name,
            address,
            gatewayUrl,
            enrolmentToken: token.token,
            agentToken: ownToken,
          })}
          label="the lines for host.toml"
        />
        <p className={classes.quiet}>
          The rest of the file, its root and its devices, is as on any other host.
        </p>
        {!isReachableFromElsewhere(gatewayUrl) && (
          <p className={classes.quiet}>
            {gatewayUrl} is good on this machine only. For another one write the address at which it reaches
            the gateway.
          </p>
        )}
      </section>
      <section>
        <h3>2. Start its agent there</h3>
        <CopyableText text={COMMANDS} label="the commands" />
        <p className={classes.quiet}>
          Where it runs already, kill -HUP of its process makes it read its settings again.
        </p>
      </section>
      <div className={classes.arrival} role="status">
        {arrived ? (
          <>
            <StateMark state={host.state} />
            <span>
              {host.name} has enrolled.{" "}
              <Link to={`/hosts/${encodeURIComponent(host.name)}`} onClick={onDone}>
                Open it
              </Link>
            </span>
          </>
        ) : (
          <>
            <Loader size="xs" aria-hidden />
            <span>Waiting for {token.host_name}. It appears in the list by itself; this can be closed.</span>
          </>
        )}
      </div>
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </div>
  );
}
