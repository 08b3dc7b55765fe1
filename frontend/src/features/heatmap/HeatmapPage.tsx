import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { remember, remembered } from "@/lib/stored";
import { useNow } from "@/lib/useNow";
import { useZone } from "@/lib/ZoneContext";
import { Board } from "./Board";
import { FleetControls } from "./FleetControls";
import classes from "./HeatmapPage.module.css";
import { Legend } from "./Legend";
import { PeriodControls } from "./PeriodControls";
import { MINUTE_MS, periodOf } from "./period";
import { type Filter, filtered, type Row, SORTS, sorted } from "./rows";
import { useFleetMinutes } from "./useFleetMinutes";

const NO_ROWS: readonly Row[] = [];

/** A day of all devices, minute by minute. */
export default function HeatmapPage() {
  const [address, setAddress] = useSearchParams();
  const { zone } = useZone();
  const nowMs = useNow(MINUTE_MS);
  const [zoom, setZoom] = useState(1);
  const period = useMemo(() => periodOf(address, nowMs, zone), [address, nowMs, zone]);
  const { rows, isWaiting, error, retry } = useFleetMinutes(period, nowMs);

  const wanted = address.get("sort") ?? remembered("heatmap.sort");
  const sort = SORTS.find((one) => one === wanted) ?? "trouble";
  const filter: Filter = {
    text: address.get("q") ?? "",
    group: address.get("group") ?? "",
    host: address.get("host") ?? "",
  };
  const change = (to: Record<string, string | null | undefined>) => {
    setAddress(
      (was) => {
        const next = new URLSearchParams(was);
        for (const [name, value] of Object.entries(to)) {
          if (value === null || value === undefined || value === "") next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: !("day" in to) },
    );
  };
  const shown = sorted(filtered(rows ?? NO_ROWS, filter), sort);
  const hasNothing = rows !== undefined && rows.length === 0;
  return (
    <>
      <PageHeading
        title="Heatmap"
        detail={
          rows !== undefined && shown.length < rows.length
            ? `${shown.length} of ${rows.length} devices`
            : "All devices"
        }
      />
      <div className={classes.page}>
        <FleetControls
          rows={rows ?? NO_ROWS}
          filter={filter}
          onFilter={({ text, ...others }) => change({ ...others, ...(text !== undefined && { q: text }) })}
          sort={sort}
          onSort={(to) => {
            remember("heatmap.sort", to);
            change({ sort: to });
          }}
          zoom={zoom}
          onZoom={setZoom}
        >
          <PeriodControls period={period} nowMs={nowMs} choose={(day) => change({ day, to: null })} />
        </FleetControls>
        {isWaiting && error !== null ? (
          <Failed error={error} retry={retry} />
        ) : rows === undefined ? (
          <Loading what="the devices" />
        ) : hasNothing ? (
          <Empty title="No devices yet">
            Enrol a host under <Link to="/hosts">Hosts</Link>: its devices appear here by themselves.
          </Empty>
        ) : shown.length === 0 ? (
          <Empty title="No device is like that">
            <Button variant="default" onClick={() => change({ q: null, group: null, host: null })}>
              Show all devices
            </Button>
          </Empty>
        ) : (
          <Board
            rows={shown}
            period={period}
            nowMs={nowMs}
            isWaiting={isWaiting}
            zoom={zoom}
            search={period.kind === "day" ? `?day=${address.get("day")}` : ""}
          />
        )}
        <Legend
          rows={shown}
          notice={error !== null && !isWaiting ? "Not up to date: the gateway does not answer" : null}
        />
      </div>
    </>
  );
}
