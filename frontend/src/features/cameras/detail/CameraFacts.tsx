import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useSearchParams } from "react-router";
import { Ago } from "@/components/Ago";
import { CameraMark } from "@/components/StateMark";
import { Time } from "@/components/Time";
import { latencyText, sentenceOf, stateOf, videoText } from "@/features/cameras/cameraFacts";
import type { Camera } from "@/features/cameras/cameraTypes";
import { historyQuery } from "@/features/cameras/health/healthQueries";
import { sinceOf } from "@/features/cameras/health/outages";
import { periodNameOf } from "@/features/cameras/health/periods";
import { count } from "@/lib/format";
import { useMay } from "@/lib/session";
import classes from "./CameraFacts.module.css";
import { detectionText } from "./detection";

/** How a camera is, and everything that is known of it. */
export function CameraFacts({ camera }: { camera: Camera }) {
  const period = periodNameOf(useSearchParams()[0].get("period"));
  // The same question as the chart's below.
  const { data: history } = useQuery(historyQuery(camera.id, period));
  const since = camera.is_active ? sinceOf(camera.failures_in_row === 0, history?.outages[0]) : null;
  const mayHosts = useMay("hosts:read");
  const isFailing = camera.failures_in_row > 0;
  return (
    <>
      <div className={classes.state}>
        <CameraMark state={stateOf(camera)} />
        {since !== null && (
          <span className={classes.quiet}>
            since <Time at={since} withDay />
          </span>
        )}
        <span className={classes.sentence}>
          {sentenceOf(camera)}
          {isFailing && camera.last_connected !== null && (
            <span className={classes.quiet}>
              {" "}
              {count(camera.failures_in_row, "check")} failed in a row; it answered last{" "}
              <Time at={camera.last_connected} withDay />.
            </span>
          )}
        </span>
        {camera.note !== null && <span className={classes.note}>{camera.note}</span>}
      </div>
      <dl className={classes.facts}>
        <Fact name="Checked">
          {camera.checked_at === null ? (
            "Not yet"
          ) : (
            <>
              <Time at={camera.checked_at} withDay /> (<Ago at={camera.checked_at} />)
            </>
          )}
        </Fact>
        <Fact name="Last answered">
          {camera.last_connected === null ? "Never" : <Time at={camera.last_connected} withDay />}
        </Fact>
        {camera.latency_ms !== null && <Fact name="Latency">{latencyText(camera.latency_ms)}</Fact>}
        <Fact name="Recorded by">
          {camera.host === null ? (
            "No host"
          ) : (
            <>
              {mayHosts ? (
                <Link to={`/hosts/${encodeURIComponent(camera.host)}`}>{camera.host}</Link>
              ) : (
                camera.host
              )}
              {camera.device_name !== null && ` as ${camera.device_name}`}
              {camera.managed_by === "host" && ", set up in its own host.toml"}
            </>
          )}
        </Fact>
        <Fact name="Group">
          {camera.group === null ? (
            "None"
          ) : (
            <Link to={`/cameras?${new URLSearchParams({ group: camera.group_id ?? "" })}`}>
              {camera.group}
            </Link>
          )}
        </Fact>
        <Fact name="Place">{camera.location ?? "Not said"}</Fact>
        <Fact name="Address">{camera.rtsp_url}</Fact>
        {camera.preview_url !== null && <Fact name="Smaller stream">{camera.preview_url}</Fact>}
        <Fact name="Login">{loginText(camera)}</Fact>
        <Fact name="Picture">{videoText(camera) || "Not said"}</Fact>
        <Fact name="Detection">{detectionText(camera)}</Fact>
        <Fact name="Id">{camera.external_id}</Fact>
        <Fact name="Added">
          <Time at={camera.createdAt} withDay />
        </Fact>
      </dl>
    </>
  );
}

function loginText({ username, has_password, managed_by }: Camera): string {
  if (managed_by === "host") return "In its host's own settings";
  if (username === null) return has_password ? "A password without a user name" : "None";
  return has_password ? `${username}, with a password` : `${username}, without a password`;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
