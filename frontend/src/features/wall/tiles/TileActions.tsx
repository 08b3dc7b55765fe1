import {
  IconArrowsMaximize,
  IconCamera,
  IconHistory,
  IconVolume,
  IconVolumeOff,
  type TablerIcon,
} from "@tabler/icons-react";
import type { RefObject } from "react";
import { useNavigate } from "react-router";
import { notify } from "@/components/notify";
import { playerPath } from "@/lib/deviceAddress";
import { saveAs } from "@/lib/saveAs";
import { fileName, pictureOf } from "./snapshot";
import classes from "./TileActions.module.css";
import type { TileDevice } from "./tileDevices";
import { useWall } from "./WallContext";

/** The buttons over a tile that somebody looks at. */
export function TileActions({
  device,
  video,
  isLive,
  shownMs,
  isMuted,
  onMute,
  onFullScreen,
}: {
  device: TileDevice;
  video: RefObject<HTMLVideoElement | null>;
  /** The video is what is shown. */
  isLive: boolean;
  /** When the video's picture was taken, in ms since 1970; null: not known. */
  shownMs: () => number | null;
  isMuted: boolean;
  onMute: () => void;
  onFullScreen: () => void;
}) {
  const { store } = useWall();
  const navigate = useNavigate();
  const snapshot = async () => {
    const videoMs = shownMs();
    const shown = isLive ? await pictureOf(video.current) : null;
    const picture = shown ?? store.picture(device.fullName);
    const takenMs = shown === null ? store.takenMs(device.fullName) : videoMs;
    if (picture !== null) saveAs(picture, fileName(device, takenMs));
    else notify({ title: "There is no picture to save yet.", kind: "problem" });
  };
  return (
    <div className={classes.actions} role="toolbar" aria-label={`Actions for ${device.label}`}>
      <Action
        icon={isMuted ? IconVolumeOff : IconVolume}
        label={isMuted ? "Sound on" : "Sound off"}
        onClick={onMute}
      />
      <Action icon={IconCamera} label="Save a snapshot" onClick={() => void snapshot()} />
      <Action
        icon={IconHistory}
        label="Open in the player"
        onClick={() => void navigate(playerPath(device))}
      />
      <Action icon={IconArrowsMaximize} label="Full screen" onClick={onFullScreen} />
    </div>
  );
}

function Action({ icon: Icon, label, onClick }: { icon: TablerIcon; label: string; onClick: () => void }) {
  return (
    <button type="button" className={classes.action} aria-label={label} title={label} onClick={onClick}>
      <Icon size={16} stroke={1.6} aria-hidden />
    </button>
  );
}
