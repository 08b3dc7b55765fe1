import { useShortcuts } from "@/components/shortcuts/useShortcuts";
import type { Playback } from "../playback/playback";
import { nextRate } from "./rates";
import type { Tools } from "./useTools";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** The player's keys. */
export function usePlayerKeys(playback: Playback, tools: Tools): void {
  const { skip, step, setRate, rate } = playback;
  useShortcuts("Player", [
    { keys: ["Space", "K"], label: "Play or pause", action: playback.toggle, once: true },
    { keys: "J", label: "Back 10 s", action: () => skip(-10 * SECOND_MS) },
    { keys: "L", label: "On 10 s", action: () => skip(10 * SECOND_MS) },
    { keys: "ArrowLeft", label: "Back 5 s", action: () => skip(-5 * SECOND_MS) },
    { keys: "ArrowRight", label: "On 5 s", action: () => skip(5 * SECOND_MS) },
    { keys: "Shift+ArrowLeft", label: "Back one minute", action: () => skip(-MINUTE_MS) },
    { keys: "Shift+ArrowRight", label: "On one minute", action: () => skip(MINUTE_MS) },
    { keys: ",", label: "One picture back", action: () => step(-1) },
    { keys: ".", label: "One picture on", action: () => step(1) },
    { keys: "P", label: "Previous event", action: tools.toPreviousEvent },
    { keys: "N", label: "Next event", action: tools.toNextEvent },
    { keys: "G", label: "Go to a time", action: tools.goToTime, once: true },
    { keys: "End", label: "Go live", action: playback.goLive, once: true },
    { keys: "[", label: "Slower", action: () => setRate(nextRate(rate, -1)) },
    { keys: "]", label: "Faster", action: () => setRate(nextRate(rate, 1)) },
    { keys: "M", label: "Sound on or off", action: tools.volume.toggleMuted, once: true },
    { keys: "S", label: "Save the picture", action: tools.snapshot, once: true },
    { keys: "C", label: "Copy a link to this moment", action: tools.copyLink, once: true },
    ...(tools.exportRange === null
      ? []
      : [{ keys: "E", label: "Export a range", action: tools.exportRange, once: true }]),
    ...(tools.togglePictureInPicture === null
      ? []
      : [{ keys: "I", label: "Picture-in-picture", action: tools.togglePictureInPicture, once: true }]),
    { keys: "F", label: "Full screen", action: tools.toggleFullScreen, once: true },
  ]);
}
