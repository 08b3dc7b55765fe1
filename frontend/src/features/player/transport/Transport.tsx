import { UnstyledButton } from "@mantine/core";
import {
  IconChevronLeftPipe,
  IconChevronRightPipe,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconRewindBackward10,
  IconRewindForward10,
} from "@tabler/icons-react";
import { clock, day, duration, utcText } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import type { Panel } from "../panel/usePanel";
import type { Playback } from "../playback/playback";
import { ExtraButtons } from "./ExtraButtons";
import { MoreMenu } from "./MoreMenu";
import { RateMenu } from "./RateMenu";
import classes from "./Transport.module.css";
import { TransportButton } from "./TransportButton";
import type { Tools } from "./useTools";

/** Time, keys and extras under the picture. */
export function Transport({ playback, tools, panel }: { playback: Playback; tools: Tools; panel: Panel }) {
  const isLive = playback.mode === "live";
  return (
    <section className={classes.transport} aria-label="Playing">
      <Moment playback={playback} onClick={tools.goToTime} />
      <div className={classes.keys}>
        <TransportButton
          icon={IconPlayerSkipBack}
          label="Previous event"
          keyCap="P"
          size="large"
          onClick={tools.toPreviousEvent}
        />
        <TransportButton
          icon={IconRewindBackward10}
          label="Back 10 s"
          keyCap="J"
          size="large"
          onClick={() => playback.skip(-10_000)}
        />
        <div className={classes.wide}>
          <TransportButton
            icon={IconChevronLeftPipe}
            label="One picture back"
            keyCap=","
            size="large"
            onClick={() => playback.step(-1)}
          />
        </div>
        <TransportButton
          icon={playback.isPlaying ? IconPlayerPause : IconPlayerPlay}
          label={playback.isPlaying ? "Pause" : "Play"}
          keyCap="Space"
          size="play"
          onClick={playback.toggle}
        />
        <div className={classes.wide}>
          <TransportButton
            icon={IconChevronRightPipe}
            label="One picture on"
            keyCap="."
            size="large"
            onClick={() => playback.step(1)}
          />
        </div>
        <TransportButton
          icon={IconRewindForward10}
          label="On 10 s"
          keyCap="L"
          size="large"
          isDisabled={isLive && playback.isPlaying}
          onClick={() => playback.skip(10_000)}
        />
        <TransportButton
          icon={IconPlayerSkipForward}
          label="Next event"
          keyCap="N"
          size="large"
          isDisabled={isLive && playback.isPlaying}
          onClick={tools.toNextEvent}
        />
        <div className={classes.wide}>
          <RateMenu rate={playback.rate} onRate={playback.setRate} />
        </div>
      </div>
      <div className={classes.extras}>
        <div className={classes.tools}>
          <ExtraButtons tools={tools} panel={panel} />
        </div>
        <Behind playback={playback} />
        <GoLive playback={playback} />
        <div className={classes.narrow}>
          <MoreMenu playback={playback} tools={tools} panel={panel} />
        </div>
      </div>
    </section>
  );
}

function Moment({ playback, onClick }: { playback: Playback; onClick: () => void }) {
  const { zone } = useZone();
  const ms = playback.seekingToMs ?? playback.timeMs;
  const isLive = playback.mode === "live";
  return (
    <UnstyledButton
      className={classes.moment}
      onClick={onClick}
      aria-keyshortcuts="G"
      title="Go to a time (G)"
    >
      {ms === null ? (
        <span className={classes.noTime}>--:--:--</span>
      ) : (
        <>
          <time
            className={isLive ? classes.now : undefined}
            dateTime={new Date(ms).toISOString()}
            title={utcText(ms)}
            data-testid="shown-time"
          >
            {clock(ms, zone)}
          </time>
          <span className={classes.day}>{day(ms, zone)}</span>
        </>
      )}
    </UnstyledButton>
  );
}

// Nearer than this it is not worth counting.
const WORTH_SAYING_MS = 1_000;

function Behind({ playback }: { playback: Playback }) {
  const { behindLiveMs, mode } = playback;
  if (behindLiveMs === null || (mode === "live" && playback.isPlaying) || behindLiveMs < WORTH_SAYING_MS)
    return null;
  return <span className={classes.behind}>{duration(Math.round(behindLiveMs / 1_000) * 1_000)} behind</span>;
}

function GoLive({ playback }: { playback: Playback }) {
  const isThere = playback.mode === "live" && playback.isPlaying;
  return (
    <UnstyledButton
      className={classes.goLive}
      aria-pressed={isThere}
      aria-keyshortcuts="End"
      title={isThere ? "This is live" : "Go live (End)"}
      onClick={playback.goLive}
    >
      {isThere ? "Live" : "Go live"}
    </UnstyledButton>
  );
}
