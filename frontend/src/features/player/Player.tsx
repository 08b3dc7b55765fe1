import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Device } from "@/api/types";
import { useKiosk } from "@/components/kiosk";
import { PageHeading } from "@/components/PageHeading";
import type { DeviceName } from "@/lib/deviceAddress";
import { useNow } from "@/lib/useNow";
import { rangeAround } from "./archive/exportRange";
import type { Span } from "./archive/span";
import { useArchive } from "./archive/useArchive";
import { useJumps } from "./archive/useJumps";
import { DeviceSwitcher } from "./DeviceSwitcher";
import classes from "./PlayerPage.module.css";
import { SidePanel } from "./panel/SidePanel";
import { usePanel } from "./panel/usePanel";
import { useFollowedAddress, useMomentAddress } from "./playback/useMomentAddress";
import { usePlayback } from "./playback/usePlayback";
import { Stage, type StageHandle } from "./stage/Stage";
import { Timeline } from "./timeline/Timeline";
import { GoToTime } from "./transport/GoToTime";
import { Transport } from "./transport/Transport";
import { usePlayerKeys } from "./transport/usePlayerKeys";
import { useTools } from "./transport/useTools";

const MINUTE_MS = 60_000;

/** Picture, transport, time line and panel of a device. `device`: null while it is not known yet. */
export function Player({
  name,
  device,
  devices,
}: {
  name: DeviceName;
  device: Device | null;
  devices: readonly Device[];
}) {
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const stage = useRef<StageHandle>(null);
  const hold = useCallback(() => stage.current?.hold(), []);
  const address = useMomentAddress();
  const playback = usePlayback(name, video, address.startMs, hold);
  useFollowedAddress(address, playback);
  const nowMs = useNow();
  const panel = usePanel();
  const { isKiosk } = useKiosk();
  const [range, setRange] = useState<Span | null>(null);
  const [isGoingTo, setGoingTo] = useState(false);

  const shownMs = playback.seekingToMs ?? playback.timeMs;
  const headMs = shownMs === null ? null : Math.floor(shownMs / MINUTE_MS) * MINUTE_MS;
  const archive = useArchive(name, null, headMs);
  const jumps = useJumps(name, archive);
  const label = device?.label || name.device;
  const { seek, know } = playback;
  useEffect(() => know(archive.recorded), [know, archive.recorded]);
  const tools = useTools(name, video, playback, {
    previousEvent: () => jumps.before(shownMs ?? nowMs),
    nextEvent: () => jumps.after(shownMs ?? nowMs),
    exportRange: () => {
      setRange(range ?? rangeAround(shownMs ?? nowMs, nowMs));
      panel.show("export");
    },
    goToTime: () => setGoingTo(true),
  });
  usePlayerKeys(playback, tools);
  const heading = useMemo(
    () => <DeviceSwitcher name={name} devices={devices} atMs={playback.mode === "live" ? null : headMs} />,
    [name, devices, playback.mode, headMs],
  );
  const isPanelShown = panel.isOpen && !isKiosk;
  return (
    <div
      className={`${classes.page} ${isPanelShown ? "" : classes.withoutPanel} ${isKiosk ? classes.onlyPicture : ""}`}
    >
      <PageHeading title={label} detail={name.host}>
        {heading}
      </PageHeading>
      <div className={classes.stage}>
        <Stage
          handle={stage}
          onVideo={setVideo}
          name={name}
          label={label}
          device={device}
          playback={playback}
        />
      </div>
      <div className={classes.transport}>
        <Transport playback={playback} tools={tools} panel={panel} />
      </div>
      <div className={classes.timeline}>
        <Timeline name={name} playback={playback} nowMs={nowMs} range={range} onRange={setRange} />
      </div>
      {isPanelShown && (
        <div className={classes.panel}>
          <SidePanel
            name={name}
            playback={playback}
            nowMs={nowMs}
            panel={panel}
            range={range}
            onRange={setRange}
          />
        </div>
      )}
      {isGoingTo && <GoToTime onGo={seek} onClose={() => setGoingTo(false)} />}
    </div>
  );
}
