import { Link } from "react-router";
import type { Host } from "@/api/types";
import { Ago } from "@/components/Ago";
import { StateMark } from "@/components/StateMark";
import { count } from "@/lib/format";
import { useNow } from "@/lib/useNow";
import { useZone } from "@/lib/ZoneContext";
import { DiskBar } from "./DiskBar";
import classes from "./HostRow.module.css";
import {
  clockText,
  devicesByWord,
  sentenceOfHost,
  silentSinceText,
  stateText,
  warningsOf,
} from "./hostFacts";
import { Warnings } from "./Warnings";

const SENTENCES_EVERY_MS = 5_000;

/** A host in the list: state, devices, disks, and what somebody should read. */
export function HostRow({ host }: { host: Host }) {
  const now = useNow(SENTENCES_EVERY_MS);
  const { zone } = useZone();
  const warnings = warningsOf(host);
  return (
    <article className={classes.row} aria-label={`Host ${host.name}`}>
      <div className={classes.cell}>
        <div className={classes.name}>
          <h2>
            <Link to={`/hosts/${encodeURIComponent(host.name)}`}>{host.name}</Link>
          </h2>
          <StateMark state={host.state} text={stateText(host, now, zone)} hover={silentSinceText(host)} />
        </div>
        {host.last_heartbeat_at !== null && (
          <span className={classes.quiet}>
            Last heartbeat <Ago at={host.last_heartbeat_at} />
          </span>
        )}
      </div>
      <div className={classes.cell}>
        <span>{host.devices.length === 0 ? "No devices" : count(host.devices.length, "device")}</span>
        {host.devices.length > 0 && (
          <div className={classes.words}>
            {devicesByWord(host.devices).map(({ word, count: number }) => (
              <StateMark key={word} state={word} text={`${number} ${word}`} />
            ))}
          </div>
        )}
      </div>
      <div className={classes.cell}>
        {host.disks?.map((disk) => (
          <DiskBar key={disk.root} disk={disk} />
        ))}
      </div>
      <div className={`${classes.cell} ${classes.quiet}`}>
        {host.version !== null && <span>Agent {host.version}</span>}
        {host.clock_offset_s !== null && <span>Clock {lower(clockText(host.clock_offset_s))}</span>}
      </div>
      {host.state !== "online" && <div className={classes.wide}>{sentenceOfHost(host, now)}</div>}
      {warnings.length > 0 && (
        <div className={classes.wide}>
          <Warnings sentences={warnings} label={`Warnings of ${host.name}`} />
        </div>
      )}
    </article>
  );
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
