import "@mantine/spotlight/styles.css";
import { useDebouncedValue } from "@mantine/hooks";
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import {
  IconClock,
  IconSearch,
  IconServer2,
  IconSettings,
  IconVideo,
  IconZoomScan,
} from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { devicesQuery, foundCamerasQuery, hostsQuery } from "@/api/queries";
import { serverNow } from "@/api/serverClock";
import { HeatmapIcon } from "@/app/railIcons";
import { pagesFor } from "@/app/railPages";
import { useMay, useMe } from "@/lib/session";
import { useCaptionsUse } from "@/lib/useCaptionsUse";
import { useZone } from "@/lib/ZoneContext";
import classes from "./Palette.module.css";
import { deviceOfAddress, isToCome, type Result, resultsFor } from "./results";

const ICONS = {
  page: HeatmapIcon,
  device: IconVideo,
  host: IconServer2,
  moment: IconClock,
  camera: IconSettings,
  captions: IconZoomScan,
} as const;
const ASKS_AFTER_MS = 200;
const [store, palette] = createSpotlight();

/** Search and go-to: cameras, hosts, pages and times. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const { pathname } = useLocation();
  const { zone } = useZone();
  const navigate = useNavigate();
  const me = useMe();
  const devices = useQuery({ ...devicesQuery, enabled: useMay("archive:read") });
  const hosts = useQuery({ ...hostsQuery, enabled: useMay("hosts:read") });
  const captions = useCaptionsUse();
  const [sought] = useDebouncedValue(text.trim(), ASKS_AFTER_MS);
  const cameras = useQuery({
    ...foundCamerasQuery(sought),
    enabled: useMay("cameras:read") && sought !== "",
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    palette.open();
    return palette.close;
  }, []);
  const pages = pagesFor(me);
  const findable = {
    pages,
    devices: devices.data ?? [],
    hosts: hosts.data ?? [],
    cameras: text.trim() === "" ? [] : (cameras.data ?? []),
    hasCaptions: captions.isOn,
    openDevice: deviceOfAddress(pathname),
  };
  const groups = resultsFor(text, findable, serverNow(), zone);
  const actions = groups.map(
    ({ heading, results }): SpotlightActionGroupData => ({
      group: heading,
      actions: results.map((result) => ({
        id: `${result.kind} ${result.path} ${result.label}`,
        label: result.label,
        ...(result.detail !== "" && { description: result.detail }),
        leftSection: iconOf(result, pages),
        onClick: () => void navigate(result.path),
      })),
    }),
  );
  return (
    <Spotlight
      store={store}
      shortcut={null}
      actions={actions}
      // What is found, and in which order, is decided already.
      filter={(_, all) => all}
      query={text}
      onQueryChange={setText}
      onSpotlightClose={onClose}
      nothingFound={nothingFound(
        devices.isLoading || hosts.isLoading || cameras.isLoading,
        isToCome(text, serverNow(), zone),
      )}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.75} aria-hidden />,
        placeholder: "Camera, host, page, or a time: yesterday 14:20",
        "aria-label": "Search or go to",
      }}
      attributes={{ content: { "aria-label": "Search or go to" } }}
      classNames={{
        action: classes.action,
        actionDescription: classes.description,
        actionSection: classes.section,
        actionsGroup: classes.group,
      }}
      overlayProps={{ backgroundOpacity: 0.6, blur: 0 }}
      scrollable
      maxHeight="min(60dvh, 480px)"
      radius="lg"
    />
  );
}

function nothingFound(isLoading: boolean, isTimeToCome: boolean): string {
  if (isLoading) return "Waiting for the list of cameras…";
  return isTimeToCome
    ? "That time has not been yet. Choose an earlier one."
    : "Nothing found. Try a part of a name, or a time such as “14:20”, “-3h” or “lobby yesterday 14:20”.";
}

function iconOf(result: Result, pages: ReturnType<typeof pagesFor>) {
  const page = pages.find(({ path }) => result.kind === "page" && path === result.path);
  const Icon = page?.icon ?? ICONS[result.kind];
  return result.kind === "page" ? <Icon /> : <Icon size={20} stroke={1.6} aria-hidden />;
}
