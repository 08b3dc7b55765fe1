import { Menu, UnstyledButton } from "@mantine/core";
import {
  IconBracketsContain,
  IconCamera,
  IconChevronLeftPipe,
  IconChevronRightPipe,
  IconClock,
  IconDots,
  IconLayoutSidebarRight,
  IconLink,
  IconMaximize,
  IconPictureInPicture,
  IconVolume,
  IconVolumeOff,
} from "@tabler/icons-react";
import type { Panel } from "../panel/usePanel";
import type { Playback } from "../playback/playback";
import { RATES, rateText } from "./rates";
import buttonClasses from "./TransportButton.module.css";
import type { Tools } from "./useTools";

const icon = { size: 16, stroke: 1.6 } as const;

/** What has no room of its own on narrow screens. */
export function MoreMenu({ playback, tools, panel }: { playback: Playback; tools: Tools; panel: Panel }) {
  return (
    <Menu position="bottom-end" width={240} shadow="none" transitionProps={{ duration: 120 }}>
      <Menu.Target>
        <UnstyledButton className={buttonClasses.button} aria-label="More">
          <IconDots size={20} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah="70dvh" style={{ overflow: "auto" }}>
        <Menu.Item leftSection={<IconClock {...icon} />} onClick={tools.goToTime}>
          Go to a time
        </Menu.Item>
        <Menu.Item
          leftSection={<IconChevronLeftPipe {...icon} />}
          closeMenuOnClick={false}
          onClick={() => playback.step(-1)}
        >
          One picture back
        </Menu.Item>
        <Menu.Item
          leftSection={<IconChevronRightPipe {...icon} />}
          closeMenuOnClick={false}
          onClick={() => playback.step(1)}
        >
          One picture on
        </Menu.Item>
        <Menu.Item
          leftSection={tools.volume.isMuted ? <IconVolume {...icon} /> : <IconVolumeOff {...icon} />}
          onClick={tools.volume.toggleMuted}
        >
          {tools.volume.isMuted ? "Sound on" : "Sound off"}
        </Menu.Item>
        <Menu.Item leftSection={<IconCamera {...icon} />} onClick={tools.snapshot}>
          Save the picture
        </Menu.Item>
        <Menu.Item leftSection={<IconLink {...icon} />} onClick={tools.copyLink}>
          Copy a link to this moment
        </Menu.Item>
        {tools.exportRange !== null && (
          <Menu.Item leftSection={<IconBracketsContain {...icon} />} onClick={tools.exportRange}>
            Export a range
          </Menu.Item>
        )}
        {tools.togglePictureInPicture !== null && (
          <Menu.Item leftSection={<IconPictureInPicture {...icon} />} onClick={tools.togglePictureInPicture}>
            Picture-in-picture
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconMaximize {...icon} />} onClick={tools.toggleFullScreen}>
          {tools.isFullScreen ? "Leave full screen" : "Full screen"}
        </Menu.Item>
        <Menu.Item leftSection={<IconLayoutSidebarRight {...icon} />} onClick={panel.toggle}>
          {panel.isOpen ? "Close the panel" : "Events, details, export"}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Speed</Menu.Label>
        {RATES.map((rate) => (
          <Menu.Item
            key={rate}
            aria-current={rate === playback.rate || undefined}
            onClick={() => playback.setRate(rate)}
          >
            {rateText(rate)}
            {rate === playback.rate ? " (now)" : ""}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
