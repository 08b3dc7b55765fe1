import { Slider } from "@mantine/core";
import {
  IconBracketsContain,
  IconCamera,
  IconLayoutSidebarRight,
  IconLink,
  IconMaximize,
  IconMinimize,
  IconPictureInPicture,
  IconVolume,
  IconVolumeOff,
} from "@tabler/icons-react";
import type { Panel } from "../panel/usePanel";
import classes from "./ExtraButtons.module.css";
import { TransportButton } from "./TransportButton";
import type { Tools } from "./useTools";

/** Sound, picture, link, export, windows. */
export function ExtraButtons({ tools, panel }: { tools: Tools; panel: Panel }) {
  const { volume } = tools;
  return (
    <>
      <div className={classes.volume}>
        <TransportButton
          icon={volume.isMuted ? IconVolumeOff : IconVolume}
          label={volume.isMuted ? "Sound on" : "Sound off"}
          keyCap="M"
          onClick={volume.toggleMuted}
        />
        <Slider
          className={classes.slider}
          size={2}
          thumbSize={12}
          label={null}
          min={0}
          max={100}
          value={volume.isMuted ? 0 : Math.round(volume.level * 100)}
          onChange={(value) => volume.setLevel(value / 100)}
          thumbProps={{ "aria-label": "Volume" }}
        />
      </div>
      <TransportButton icon={IconCamera} label="Save the picture" keyCap="S" onClick={tools.snapshot} />
      <TransportButton
        icon={IconLink}
        label="Copy a link to this moment"
        keyCap="C"
        onClick={tools.copyLink}
      />
      {tools.exportRange !== null && (
        <TransportButton
          icon={IconBracketsContain}
          label="Export a range"
          keyCap="E"
          onClick={tools.exportRange}
        />
      )}
      {tools.togglePictureInPicture !== null && (
        <TransportButton
          icon={IconPictureInPicture}
          label="Picture-in-picture"
          keyCap="I"
          onClick={tools.togglePictureInPicture}
        />
      )}
      <TransportButton
        icon={tools.isFullScreen ? IconMinimize : IconMaximize}
        label={tools.isFullScreen ? "Leave full screen" : "Full screen"}
        keyCap="F"
        onClick={tools.toggleFullScreen}
      />
      {!tools.isFullScreen && (
        <TransportButton
          icon={IconLayoutSidebarRight}
          label="Events, details, export"
          isPressed={panel.isOpen}
          onClick={panel.toggle}
        />
      )}
    </>
  );
}
