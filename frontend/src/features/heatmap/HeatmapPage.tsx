import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { useMay } from "@/lib/session";
import { remember, remembered } from "@/lib/stored";
import { useCaptionsUse } from "@/lib/useCaptionsUse";
import { useNow } from "@/lib/useNow";
import { useZone } from "@/lib/ZoneContext";
import { Board } from "./Board";
import { CaptionSearch } from "./CaptionSearch";
import { FleetControls } from "./FleetControls";
import { foundWords, kept, searchOf } from "./found";
import classes from "./HeatmapPage.module.css";
import { Legend } from "./Legend";
import { PeriodControls } from "./PeriodControls";
import { MINUTE_MS, type Period, periodOf } from "./period";
import { type Filter, filtered, type Row, SORTS, type Sort, sorted, withFound } from "./rows";
import { SearchTrouble } from "./SearchTrouble";
import { useFleetMinutes } from "./useFleetMinutes";
import { useFound } from "./useFound";

const NO_ROWS: readonly Row[] = [];

/** A day of all devices, minute by minute. */
export default function HeatmapPage() {
  const [address, setAddress] = useSearchParams();
  const { zone } = useZone();
  const mayEnrol = useMay("hosts:enrol");
  const nowMs = useNow(MINUTE_MS);
  const [zoom, setZoom] = useState(1);
  const period = useMemo(() => periodOf(address, nowMs, zone), [address, nowMs, zone]);
  const { rows, isWaiting, error, retry } = useFleetMinutes(period, nowMs);
  const captions = useCaptionsUse();
  const mayRead = useMay("captions:read");
  const maySearch = mayRead && !captions.isOff;
  const text = maySearch ? (address.get("q") ?? "").trim() : "";
  const found = useFound(text, period, captions.isOn);

  const wanted = address.get("sort") ?? remembered("heatmap.sort");
  const sort = SORTS.find((one) => one === wanted) ?? "trouble";
  const filter: Filter = {
    text: address.get("name") ?? "",
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
  const ordered = useOrder(filtered(rows ?? NO_ROWS, filter), sort, isWaiting);
  const shown = withFound(ordered, found.devices);
  const notice = useNotice(period, shown, isWaiting, error !== null);
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
        <div>
          <FleetControls
            rows={rows ?? NO_ROWS}
            filter={filter}
            onFilter={({ text, ...others }) =>
              change({ ...others, ...(text !== undefined && { name: text }) })
            }
            sort={sort}
            onSort={(to) => {
              remember("heatmap.sort", to);
              change({ sort: to });
            }}
            zoom={zoom}
            onZoom={setZoom}
            search={
              maySearch && (
                <CaptionSearch
                  text={text}
                  note={found.isWaiting ? "…" : found.devices === null ? "" : foundWords(shown, found.isCut)}
                  onSearch={(q) => change({ q })}
                />
              )
            }
          >
            <PeriodControls period={period} nowMs={nowMs} choose={(day) => change({ day, to: null })} />
          </FleetControls>
          <SearchTrouble error={found.error} isCut={found.isCut} />
        </div>
        {isWaiting && error !== null ? (
          <Failed error={error} retry={retry} />
        ) : rows === undefined ? (
          <Loading what="the devices" />
        ) : hasNothing ? (
          <Empty title="No devices yet">
            {mayEnrol ? (
              <>
                Enrol a host under <Link to="/hosts">Hosts</Link>: its devices appear here by themselves.
              </>
            ) : (
              "Ask your admin which cameras your account may see."
            )}
          </Empty>
        ) : shown.length === 0 ? (
          <Empty title="No device is like that">
            <Button variant="default" onClick={() => change({ name: null, group: null, host: null })}>
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
            search={searchOf({
              ...kept(address),
              day: period.kind === "day" ? address.get("day") : null,
              q: text,
            })}
            sought={found.devices === null ? null : { text, devices: found.devices }}
          />
        )}
        <Legend rows={shown} notice={notice} />
      </div>
    </>
  );
}

/** Rows in order. While another day's minutes are on their way they stay where they were. */
function useOrder(rows: Row[], sort: Sort, isWaiting: boolean): Row[] {
  const before = useRef<readonly string[]>([]);
  const place = (row: Row) => before.current.indexOf(row.name);
  const ordered = sorted(rows, sort);
  if (isWaiting && before.current.length > 0) ordered.sort((a, b) => place(a) - place(b));
  useEffect(() => {
    if (!isWaiting) before.current = ordered.map((row) => row.name);
  });
  return ordered;
}

const SAYS_IT_WAITS_AFTER_MS = 300;

/** What the foot says instead of what is missing; null: nothing. */
function useNotice(
  period: Period,
  rows: readonly Row[],
  isWaiting: boolean,
  hasFailed: boolean,
): string | null {
  const [waited] = useDebouncedValue(isWaiting, SAYS_IT_WAITS_AFTER_MS);
  if (isWaiting) return waited && !hasFailed ? "Waiting for the minutes…" : "";
  if (hasFailed) return "Not up to date: the gateway does not answer. This page tries again by itself.";
  if (rows.length === 0 || rows.some((row) => row.knownMinutes > 0)) return null;
  return period.kind === "last"
    ? "Nothing is reported yet. Minutes appear here soon after they are recorded."
    : "Nothing is reported of this time. Devices may not have been there yet; try a later day.";
}
