import { ActionIcon, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { Link } from "react-router";
import type { Device } from "@/api/types";
import { StateMark } from "@/components/StateMark";
import { type DeviceName, playerPath } from "@/lib/deviceAddress";
import classes from "./DeviceSwitcher.module.css";

/** Changes to another device at the same moment. `atMs`: ms since 1970; null: live. */
export function DeviceSwitcher({
  name,
  devices,
  atMs,
}: {
  name: DeviceName;
  devices: readonly Device[];
  atMs: number | null;
}) {
  if (devices.length < 2 && devices.some((one) => one.device === name.device && one.host === name.host)) {
    return null;
  }
  return (
    <Menu position="bottom-start" width={320} shadow="none">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Another device at the same moment">
          <IconChevronDown size={16} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={classes.list}>
        {devices.map((device) => {
          const isThis = device.host === name.host && device.device === name.device;
          return (
            <Menu.Item
              key={device.full_name}
              component={Link}
              to={playerPath(device, atMs ?? undefined)}
              aria-current={isThis ? "page" : undefined}
              classNames={{ itemLabel: classes.label }}
              leftSection={<StateMark state={device.word} iconOnly />}
              rightSection={<span className={classes.host}>{device.host}</span>}
            >
              {device.label || device.device}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
