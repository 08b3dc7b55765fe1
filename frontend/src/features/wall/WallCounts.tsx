import { useSyncExternalStore } from "react";
import type { Device } from "@/api/types";
import { countedWord, countsOf } from "./feed/counts";
import { useWall } from "./tiles/WallContext";
import classes from "./WallCounts.module.css";

/** How many of the shown devices are live, and how many are not, in words. */
export function WallCounts({
  names,
  onScreen,
  devices,
}: {
  names: readonly string[];
  /** Those whose tiles are there: of them, more is known than the list says. */
  onScreen: readonly (string | null)[];
  devices: readonly Device[];
}) {
  const { store } = useWall();
  useSyncExternalStore(store.onAnyView, () => store.version);
  const listed = new Map(devices.map((device) => [device.full_name, device.word]));
  const seen = new Set(onScreen);
  const counts = countsOf(
    names.map((name) => countedWord(seen.has(name) ? store.view(name) : null, listed.get(name) ?? null)),
  );
  return (
    <ul className={classes.counts} aria-label="States">
      {counts.map(({ word, count, tone }) => (
        <li key={word} data-tone={tone}>
          {count} {word}
        </li>
      ))}
    </ul>
  );
}
