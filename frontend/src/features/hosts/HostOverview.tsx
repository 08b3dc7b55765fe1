import type { ReactNode } from "react";
import type { Host } from "@/api/types";
import { Ago } from "@/components/Ago";
import { Section } from "@/components/Section";
import { StateMark } from "@/components/StateMark";
import { Time } from "@/components/Time";
import { count } from "@/lib/format";
import { capitalised } from "@/lib/stateMarks";
import { useNow } from "@/lib/useNow";
import { useZone } from "@/lib/ZoneContext";
import { DiskBar } from "./DiskBar";
import classes from "./HostOverview.module.css";
import { clockText, sentenceOfHost, shortVersion, silentSinceText, stateText, warningsOf } from "./hostFacts";
import { Warnings } from "./Warnings";

const SENTENCES_EVERY_MS = 5_000;

/** State, facts, disks and warnings of a host. */
export function HostOverview({ host }: { host: Host }) {
  const now = useNow(SENTENCES_EVERY_MS);
  const { zone } = useZone();
  const warnings = warningsOf({ ...host, disks: null });
  return (
    <Section title="State">
      <div className={classes.overview}>
        <div className={classes.state}>
          <StateMark state={host.state} text={stateText(host, now, zone)} hover={silentSinceText(host)} />
          <span>{sentenceOfHost(host, now)}</span>
        </div>
        {warnings.length > 0 && (
          <div className={classes.wide}>
            <Warnings sentences={warnings} label="Warnings" />
          </div>
        )}
        <dl className={classes.facts}>
          <Fact name="Last heartbeat">
            {host.last_heartbeat_at === null ? (
              "None yet"
            ) : (
              <>
                <Time at={host.last_heartbeat_at} withDay /> (<Ago at={host.last_heartbeat_at} />)
              </>
            )}
          </Fact>
          <Fact name="Enrolled">
            {host.enrolled_at === null ? "Not enrolled" : <Time at={host.enrolled_at} withDay />}
          </Fact>
          <Fact name="Clock">{clockText(host.clock_offset_s) || "Not known"}</Fact>
          <Fact name="Waiting">
            {host.minutes_waiting === 0
              ? "Nothing: all activity has been sent"
              : `${count(host.minutes_waiting, "minute")} of activity to be sent`}
          </Fact>
          {host.public_url !== null && <Fact name="Address">{host.public_url}</Fact>}
          {Object.entries(host.versions)
            .toSorted(([a], [b]) => a.localeCompare(b))
            .map(([name, version]) => (
              <Fact key={name} name={versionName(name)}>
                <span title={version}>{shortVersion(version)}</span>
              </Fact>
            ))}
        </dl>
        {host.disks !== null && (
          <div className={classes.disks}>
            {host.disks.length === 0 && <span className={classes.quiet}>Its disks are not known yet.</span>}
            {host.disks.map((disk) => (
              <DiskBar key={disk.root} disk={disk} withPath />
            ))}
          </div>
        )}
      </div>
    </Section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function versionName(key: string): string {
  if (key === "os") return "System";
  return key === "ffmpeg" ? key : capitalised(key);
}
