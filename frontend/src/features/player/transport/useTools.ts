import { useCallback, useEffect, useRef, useState } from "react";
import { copyText } from "@/components/copyText";
import { useKiosk } from "@/components/kiosk";
import { notify } from "@/components/notify";
import { type DeviceName, playerPath } from "@/lib/deviceAddress";
import { saveAs } from "@/lib/saveAs";
import { useMay } from "@/lib/session";
import type { ArchiveEvent } from "../archive/events";
import type { Playback } from "../playback/playback";
import { pictureOf, snapshotName } from "./snapshot";
import { useVolume, type Volume } from "./useVolume";

/** What the page adds to a playback: events, export, going to a time. */
export interface PageTools {
  previousEvent(): Promise<ArchiveEvent | null>;
  nextEvent(): Promise<ArchiveEvent | null>;
  exportRange(): void;
  goToTime(): void;
}

/** What the transport's buttons and keys do besides playing. */
export interface Tools {
  volume: Volume;
  toPreviousEvent(): void;
  toNextEvent(): void;
  goToTime(): void;
  /** Null: the role may not export. */
  exportRange: (() => void) | null;
  snapshot(): void;
  copyLink(): void;
  /** Null: this browser has none. */
  togglePictureInPicture: (() => void) | null;
  toggleFullScreen(): void;
  isFullScreen: boolean;
}

export function useTools(
  name: DeviceName,
  video: HTMLVideoElement | null,
  playback: Playback,
  page: PageTools,
): Tools {
  const volume = useVolume(video);
  const mayExport = useMay("archive:export");
  const { isFullScreen, toggleFullScreen } = useFullScreen();
  const goTo = async (asked: Promise<ArchiveEvent | null>, none: string) => {
    const event = await asked;
    if (event === null) notify({ title: none });
    else playback.seek(event.atMs);
  };
  return {
    volume,
    isFullScreen,
    toggleFullScreen,
    toPreviousEvent: () => void goTo(page.previousEvent(), "No earlier event is known"),
    toNextEvent: () => void goTo(page.nextEvent(), "No later event is known"),
    goToTime: page.goToTime,
    exportRange: mayExport ? page.exportRange : null,
    snapshot: () => void saveSnapshot(name, video, playback.timeMs),
    copyLink: () => void copyLink(name, playback.timeMs),
    togglePictureInPicture:
      document.pictureInPictureEnabled && video !== null ? () => void togglePictureInPicture(video) : null,
  };
}

async function saveSnapshot(
  name: DeviceName,
  video: HTMLVideoElement | null,
  atMs: number | null,
): Promise<void> {
  const picture = video === null || atMs === null ? null : await pictureOf(video);
  if (picture === null || atMs === null) {
    notify({ title: "There is no picture yet", message: "Try again when one is shown." });
    return;
  }
  const fileName = snapshotName(name, atMs);
  saveAs(picture, fileName);
  notify({ title: "Picture saved", message: fileName });
}

async function copyLink(name: DeviceName, atMs: number | null): Promise<void> {
  if (atMs === null) {
    notify({ title: "There is no picture yet", message: "Try again when one is shown." });
    return;
  }
  const link = new URL(playerPath(name, Math.floor(atMs / 1000) * 1000), location.href).href;
  await copyText(link, "Link to this moment copied");
}

async function togglePictureInPicture(video: HTMLVideoElement): Promise<void> {
  try {
    if (document.pictureInPictureElement === null) await video.requestPictureInPicture();
    else await document.exitPictureInPicture();
  } catch {
    notify({
      title: "No picture-in-picture",
      message: "The browser allows it only after a click, while a picture is shown.",
    });
  }
}

/** The whole screen for picture and transport: the browser's, and the frame leaves. */
function useFullScreen() {
  const { isKiosk, enterKiosk, leaveKiosk } = useKiosk();
  const [isFullScreen, setFullScreen] = useState(() => document.fullscreenElement !== null);
  const isOurs = useRef(false);
  useEffect(() => {
    const changed = () => {
      const isOn = document.fullscreenElement !== null;
      setFullScreen(isOn);
      if (isOn) return;
      isOurs.current = false;
      leaveKiosk();
    };
    document.addEventListener("fullscreenchange", changed);
    return () => {
      document.removeEventListener("fullscreenchange", changed);
      // The next page has its frame again; a full screen that was there before stays.
      if (isOurs.current && document.fullscreenElement !== null)
        document.exitFullscreen().catch(() => undefined);
      isOurs.current = false;
    };
  }, [leaveKiosk]);
  const toggleFullScreen = useCallback(() => {
    if (isKiosk) {
      leaveKiosk();
      if (document.fullscreenElement !== null) void document.exitFullscreen();
      return;
    }
    enterKiosk();
    isOurs.current = document.fullscreenElement === null;
    // Phones have none: the frame leaves all the same.
    document.documentElement.requestFullscreen?.().catch(() => undefined);
  }, [isKiosk, enterKiosk, leaveKiosk]);
  return { isFullScreen: isFullScreen || isKiosk, toggleFullScreen };
}
