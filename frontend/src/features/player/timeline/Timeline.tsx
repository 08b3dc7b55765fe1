import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { DeviceName } from "@/lib/deviceAddress";
import { day } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import { hasPicture } from "../archive/minutes";
import { tileAt } from "../archive/mosaicTiles";
import type { Span } from "../archive/span";
import { useArchive } from "../archive/useArchive";
import type { Playback } from "../playback/playback";
import { HoverCard } from "./HoverCard";
import { lanesFor } from "./lanes";
import { Minimap } from "./Minimap";
import { momentAt, momentText, stateText } from "./moment";
import { paintLanes } from "./paintLanes";
import { RangeHandles } from "./RangeHandles";
import { type Limits, msPerPixel, type Scale, timeAt, xOf } from "./scale";
import type { Scene } from "./scene";
import classes from "./Timeline.module.css";
import { surfaceOf, useCanvas } from "./useCanvas";
import { useLanePointer } from "./useLanePointer";
import { usePreparing } from "./usePreparing";
import { useTimelineKeys } from "./useTimelineKeys";
import { useView } from "./useView";
import { useWheel } from "./useWheel";
import { wholeOf } from "./whole";
import { ZoomButtons } from "./ZoomButtons";

const SETTLED_AFTER_MS = 200;
const NARROW_GAP_PX = 3;

export interface TimelineProps {
  name: DeviceName;
  playback: Playback;
  /** Now by the gateway's clock, renewed about once a second. */
  nowMs: number;
  /** What is chosen for an export; null: nothing is being chosen. */
  range: Span | null;
  onRange: (range: Span | null) => void;
}

/** The time line of a device: what is recorded, where it plays, and all ways to get elsewhere. */
export function Timeline({ name, playback, nowMs, range, onRange }: TimelineProps) {
  const { zone } = useZone();
  const place = useCanvas();
  const lanesRef = useRef<HTMLDivElement>(null);
  const isLive = playback.mode === "live";
  const headMs = playback.seekingToMs ?? playback.timeMs;

  // Data follow the view once it rests: while one pans, what is there is enough.
  const [settled, setSettled] = useState<Span | null>(null);
  const archive = useArchive(name, settled, headMs);
  const whole = useMemo(() => wholeOf(archive.oldestMs, headMs, nowMs), [archive.oldestMs, headMs, nowMs]);
  const limits: Limits = useMemo(() => ({ from: whole.from, nowMs }), [whole.from, nowMs]);
  const [isHeld, setIsHeld] = useState(false);
  const control = useView(headMs, isLive, isHeld, limits);
  const { view } = control;
  useEffect(() => {
    const timer = setTimeout(() => setSettled(view), SETTLED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [view]);

  const scale: Scale = useMemo(() => ({ ...view, width: place.width }), [view, place.width]);
  const lanes = lanesFor(place.width);
  const seek = (ms: number) => {
    playback.seek(Math.round(ms));
    control.follow();
  };
  const pointer = useLanePointer({
    scale,
    lanes,
    control,
    headMs,
    nowMs,
    range,
    onRange,
    onSeek: seek,
    onHold: setIsHeld,
  });
  useWheel(lanesRef, scale, control);
  const onKeyDown = useTimelineKeys({
    playback,
    control,
    headMs,
    nowMs,
    beginMs: archive.oldestMs ?? whole.from,
    range,
    onRange,
    onSeek: seek,
  });

  const { follow } = control;
  useEffect(() => {
    // Wherever one had panned to: live is what one wants to see now.
    if (isLive) follow();
  }, [isLive, follow]);
  const shownMs = pointer.scrubMs ?? headMs;
  const hoverMs = pointer.hover === null ? null : timeAt(scale, pointer.hover.x);
  usePreparing(hoverMs, playback.prepare);
  const pointedMs = pointer.scrubMs ?? hoverMs;
  const slackMs = msPerPixel(scale) * NARROW_GAP_PX;
  const moment = pointedMs === null ? null : momentAt(archive, pointedMs, nowMs, slackMs, name.host);
  const scene: Omit<Scene, "scale" | "palette"> = {
    lanes,
    archive,
    nowMs,
    headMs: shownMs,
    isLive: isLive && pointer.scrubMs === null,
    hoverMs: pointer.scrubMs === null ? hoverMs : null,
    hoveredGap: moment?.kind === "gap" ? moment.span : null,
    range,
    zone,
    host: name.host,
  };
  useLayoutEffect(() => {
    const surface = surfaceOf(place);
    if (surface === null || place.palette === null) return;
    paintLanes(surface, { ...scene, scale, palette: place.palette });
  });

  const headMoment = headMs === null ? null : momentAt(archive, headMs, nowMs, 0, name.host);
  return (
    <section className={classes.timeline} aria-label="Time line">
      <div className={classes.names} aria-hidden>
        <span className={classes.day} style={{ top: 4 }}>
          {day(view.from, zone)}
        </span>
        <span style={{ top: lanes.activity.top + lanes.activity.height / 2 - 8 }}>Activity</span>
        <span style={{ top: lanes.footage.top + lanes.footage.height / 2 - 8 }}>Footage</span>
        <span style={{ top: lanes.events.top + lanes.events.height / 2 - 8 }}>Events</span>
      </div>
      <div
        ref={lanesRef}
        className={classes.lanes}
        data-target={pointer.cursor}
        data-from={Math.round(view.from)}
        data-to={Math.round(view.to)}
        role="slider"
        tabIndex={0}
        aria-label="Play head"
        aria-valuemin={Math.round(whole.from / 1000)}
        aria-valuemax={Math.round(nowMs / 1000)}
        aria-valuenow={Math.round((headMs ?? nowMs) / 1000)}
        aria-valuetext={
          headMs === null || headMoment === null ? "Not known yet" : momentText(headMoment, headMs, zone)
        }
        onKeyDown={onKeyDown}
        onDoubleClick={(event) => {
          const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
          control.zoomTo(timeAt(scale, x), (view.to - view.from) / 4);
        }}
        {...pointer.handlers}
      >
        <canvas ref={place.canvas} aria-hidden />
        {pointedMs !== null && moment !== null && (
          <HoverCard
            ms={pointedMs}
            x={xOf(scale, pointedMs)}
            width={place.width}
            moment={moment}
            tile={hasPicture(archive.minutes, pointedMs) ? tileAt(name, pointedMs, nowMs) : null}
            zone={zone}
          />
        )}
      </div>
      {range !== null && (
        <div className={classes.handles}>
          <RangeHandles scale={scale} lanes={lanes} range={range} nowMs={nowMs} onRange={onRange} />
        </div>
      )}
      {/* What the canvas writes, for those who do not see it. */}
      <p className={classes.unseen} role="status">
        {stateText(archive, name.host)}
      </p>
      <ZoomButtons control={control} />
      <Minimap scene={scene} whole={whole} control={control} />
    </section>
  );
}
