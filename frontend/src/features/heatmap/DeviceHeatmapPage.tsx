import { Button, SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { playerPath } from "@/lib/deviceAddress";
import { isoTime } from "@/lib/format";
import { useMay } from "@/lib/session";
import { remember, remembered } from "@/lib/stored";
import { useCaptionsUse } from "@/lib/useCaptionsUse";
import { useNow } from "@/lib/useNow";
import { useZone } from "@/lib/ZoneContext";
import { CaptionSearch } from "./CaptionSearch";
import classes from "./Controls.module.css";
import { foundWords, kept, searchOf } from "./found";
import { Gallery } from "./Gallery";
import pageClasses from "./HeatmapPage.module.css";
import { HourBoard } from "./HourBoard";
import { minutesOfHour, wholeHours } from "./hours";
import { Legend } from "./Legend";
import { PeriodControls } from "./PeriodControls";
import { HOUR_MS, MINUTE_MS, periodOf } from "./period";
import { withFound } from "./rows";
import { SearchTrouble } from "./SearchTrouble";
import { useFleetMinutes } from "./useFleetMinutes";
import { useFound } from "./useFound";
import { useMosaics } from "./useMosaics";
import { ZoomControls } from "./ZoomControls";

/** One device's day, an hour a row and a minute a column. */
export default function DeviceHeatmapPage() {
  const { host = "", device = "" } = useParams();
  const [address, setAddress] = useSearchParams();
  const { zone } = useZone();
  const nowMs = useNow(MINUTE_MS);
  const [chosenZoom, setZoom] = useState<number | null>(null);
  const period = useMemo(
    () => wholeHours(periodOf(address, nowMs, zone), nowMs, zone),
    [address, nowMs, zone],
  );
  const wantsPictures = (address.get("show") ?? remembered("heatmap.show")) === "pictures";
  // Pictures as small as a day's width makes them show little.
  const zoom = chosenZoom ?? (wantsPictures ? 2 : 1);
  const { rows, isWaiting, error, retry } = useFleetMinutes(period, nowMs, `${host}/${device}`);
  const mosaics = useMosaics({ host, device }, period, wantsPictures);
  const captions = useCaptionsUse();
  const mayRead = useMay("captions:read");
  const maySearch = mayRead && !captions.isOff;
  const text = maySearch ? (address.get("q") ?? "").trim() : "";
  const found = useFound(text, period, captions.isOn);
  const [row] = withFound(rows?.slice(0, 1) ?? [], found.devices);
  const change = (to: Record<string, string | null>, replace: boolean) => {
    setAddress(
      (was) => {
        const next = new URLSearchParams(was);
        for (const [name, value] of Object.entries(to)) {
          if (value === null) next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace },
    );
  };
  const showHour = (hourMs: number | null) =>
    change({ hour: hourMs === null ? null : isoTime(hourMs) }, hourMs === null);
  const hourMs = Date.parse(address.get("hour") ?? "");
  const isHourShown = hourMs >= period.fromMs && hourMs < period.toMs && hourMs <= nowMs;
  const isFleetBehind = error !== null && !isWaiting;
  return (
    <>
      <PageHeading title={row?.label ?? device} detail={`${host} · its hours`} />
      <div className={pageClasses.page}>
        <div>
          <search className={classes.controls} aria-label="What is shown">
            <Link
              to={{
                pathname: "/heatmap",
                search: searchOf({ ...kept(address), day: address.get("day"), q: text }),
              }}
            >
              All devices
            </Link>
            <PeriodControls
              period={period}
              nowMs={nowMs}
              choose={(day) => change({ day, to: null, hour: null }, false)}
            />
            {maySearch && (
              <CaptionSearch
                text={text}
                note={
                  found.isWaiting
                    ? "…"
                    : found.devices === null || row === undefined
                      ? ""
                      : foundWords([row], found.isCut)
                }
                onSearch={(q) => change({ q: q === "" ? null : q }, true)}
              />
            )}
            <span className={classes.spring} />
            <ZoomControls zoom={zoom} onZoom={setZoom} />
            <SegmentedControl
              size="xs"
              aria-label="Show"
              value={wantsPictures ? "pictures" : "activity"}
              onChange={(show) => {
                remember("heatmap.show", show);
                change({ show }, true);
              }}
              data={[
                { value: "activity", label: "Activity" },
                { value: "pictures", label: "Pictures" },
              ]}
            />
            <Button component={Link} to={playerPath({ host, device })} variant="default" size="xs">
              Player
            </Button>
          </search>
          <SearchTrouble error={found.error} isCut={found.isCut} />
        </div>
        {error !== null && isWaiting ? (
          <Failed error={error} retry={retry} />
        ) : rows === undefined || isWaiting ? (
          <Loading what="the minutes of this device" />
        ) : row === undefined ? (
          <Empty title="There is no such device">
            <Link to="/heatmap">All devices</Link> are on the heatmap.
          </Empty>
        ) : (
          <HourBoard
            row={row}
            period={period}
            nowMs={nowMs}
            mosaics={wantsPictures ? mosaics : null}
            zoom={zoom}
            sought={found.devices === null ? null : { text, devices: found.devices }}
            onHour={showHour}
          />
        )}
        <Legend
          rows={row === undefined ? [] : [row]}
          notice={
            wantsPictures && mosaics.error !== null
              ? `Pictures are not reachable now: ${host} does not answer. What is known of its activity is shown.`
              : wantsPictures && mosaics.isWaiting
                ? `Waiting for ${host}'s pictures…`
                : isFleetBehind
                  ? "Not up to date: the gateway does not answer"
                  : null
          }
        />
      </div>
      {row !== undefined && isHourShown && (
        <Gallery
          row={{ ...row, minutes: minutesOfHour(row.minutes, period, hourMs) }}
          hourMs={hourMs}
          nowMs={nowMs}
          onHour={{
            before:
              hourMs - HOUR_MS >= period.fromMs
                ? () => change({ hour: isoTime(hourMs - HOUR_MS) }, true)
                : null,
            after:
              hourMs + HOUR_MS < period.toMs && hourMs + HOUR_MS <= nowMs
                ? () => change({ hour: isoTime(hourMs + HOUR_MS) }, true)
                : null,
          }}
          onClose={() => showHour(null)}
        />
      )}
    </>
  );
}
