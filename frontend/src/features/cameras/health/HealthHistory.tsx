import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { Failed, Loading } from "@/components/PageState";
import { Section } from "@/components/Section";
import { latencyText } from "@/features/cameras/cameraFacts";
import type { Camera, History } from "@/features/cameras/cameraTypes";
import { count } from "@/lib/format";
import { HealthChart } from "./HealthChart";
import classes from "./HealthHistory.module.css";
import { historyQuery } from "./healthQueries";
import { OutageTable } from "./OutageTable";
import { downText, uptimeText } from "./outages";
import { PERIOD_WORDS, PERIODS, periodNameOf } from "./periods";

/** How a camera did: a chart of an hour to a month, and its outages with their reasons. */
export function HealthHistory({ camera }: { camera: Camera }) {
  const [address, setAddress] = useSearchParams();
  const period = periodNameOf(address.get("period"));
  const history = useQuery(historyQuery(camera.id, period));
  const choose = (value: string) =>
    setAddress(
      (was) => {
        const next = new URLSearchParams(was);
        next.set("period", value);
        return next;
      },
      { replace: true },
    );
  return (
    <Section title="Health">
      <div className={classes.head}>
        <SegmentedControl
          size="xs"
          aria-label="Period"
          value={period}
          onChange={choose}
          data={PERIODS.map((value) => ({ value, label: PERIOD_WORDS[value] }))}
        />
        {history.data !== undefined && <Sums history={history.data} />}
      </div>
      {history.data === undefined ? (
        history.isError ? (
          <Failed error={history.error} retry={() => void history.refetch()} />
        ) : (
          <Loading what="its history" />
        )
      ) : history.data.stretches.length === 0 ? (
        <p className={classes.none}>
          {camera.is_active
            ? "It was not checked in this time. Active cameras are checked once a minute by the gateway's workers."
            : "It was not checked in this time: it is switched off."}
        </p>
      ) : (
        <div className={classes.body} data-old={history.isPlaceholderData}>
          <HealthChart history={history.data} />
          <OutageTable outages={history.data.outages} total={history.data.outages_total} />
        </div>
      )}
    </Section>
  );
}

function Sums({ history }: { history: History }) {
  const { p50, p95 } = history.latency_ms;
  return (
    <dl className={classes.sums}>
      <div>
        <dt>Uptime</dt>
        <dd>{uptimeText(history.uptime_percent)}</dd>
      </div>
      <div>
        <dt>Outages</dt>
        <dd>
          {history.outages_total === 0
            ? "None"
            : `${count(history.outages_total, "outage")}, ${downText(history.outage_seconds)}`}
        </dd>
      </div>
      {p50 !== null && p95 !== null && (
        <div>
          <dt>Latency</dt>
          <dd>
            {latencyText(p50)}, 95 % within {latencyText(p95)}
          </dd>
        </div>
      )}
    </dl>
  );
}
