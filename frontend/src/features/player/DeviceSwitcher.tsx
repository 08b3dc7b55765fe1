import { ActionIcon, Menu, TextInput } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { Device } from "@/api/types";
import { StateMark } from "@/components/StateMark";
import { type DeviceName, playerPath } from "@/lib/deviceAddress";
import classes from "./DeviceSwitcher.module.css";
import { MOST_LISTED, matching } from "./matchingDevices";

// So many are found by looking.
const FILTERED_FROM = 12;

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
  const [text, setText] = useState("");
  const { listed, found } = useMemo(() => matching(devices, text), [devices, text]);
  if (devices.length < 2 && devices.some((one) => one.device === name.device && one.host === name.host)) {
    return null;
  }
  return (
    <Menu position="bottom-start" width={320} shadow="none" onClose={() => setText("")}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Another device at the same moment">
          <IconChevronDown size={16} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={classes.list}>
        {devices.length >= FILTERED_FROM && (
          <div className={classes.filter}>
            <TextInput
              size="xs"
              data-autofocus
              aria-label="Find a device"
              placeholder="Name, label or host"
              value={text}
              onChange={({ currentTarget: { value } }) => setText(value)}
            />
          </div>
        )}
        {listed.map((device) => {
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
        {found === 0 && <Menu.Label>No device is called that.</Menu.Label>}
        {found > listed.length && (
          <Menu.Label>{`${found - listed.length} more than the first ${MOST_LISTED}: type a part of the name.`}</Menu.Label>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
