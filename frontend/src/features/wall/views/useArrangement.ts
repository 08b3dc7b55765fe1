import { useState } from "react";
import type { Device, WallView } from "@/api/types";
import { arranged, devicesIn, swapped, type Tiles } from "@/features/wall/layout/arrangement";
import { LAYOUTS, type Layout, layoutFor, layoutOf } from "@/features/wall/layout/layouts";
import { layoutOfSaved } from "@/features/wall/layout/savedLayout";
import { remember, remembered } from "@/lib/stored";
import { devicesOf, keyOf, type Selection } from "./selection";

/** What a person has changed since the wall came to what it shows. */
interface Changes {
  /** Of what it shows: changes belong to that only. */
  key: string;
  layoutId: string | null;
  tiles: Tiles | null;
}

export interface Arrangement {
  tiles: Tiles;
  layout: Layout;
  setLayout: (layout: Layout) => void;
  /** Two places, counted over all screens, change what they show. */
  swap: (from: number, to: number) => void;
  /** Takes a device out; of saved views only. */
  takeOut: (place: number) => void;
  /** Of a saved view: it is no longer as it was saved. */
  isChanged: boolean;
  /** As it was saved. */
  reset: () => void;
}

/**
 * Which device lies where. The order and layout of all, a host's or a group's devices are the browser's own and
 * remembered by it; a saved view's are the view's, and changes of it last until they are saved or given up.
 */
export function useArrangement(
  selection: Selection,
  devices: readonly Device[],
  view: WallView | null,
): Arrangement {
  const key = keyOf(selection);
  const [kept, setChanges] = useState<Changes>({ key, layoutId: null, tiles: null });
  const changes = kept.key === key ? kept : { key, layoutId: null, tiles: null };
  const base: Tiles =
    view?.layout.tiles ??
    arranged(
      devicesOf(selection, devices).map(({ full_name }) => full_name),
      rememberedOrder(key),
    );
  const there = new Set(devices.map(({ full_name }) => full_name));
  const tiles =
    changes.tiles === null || view === null
      ? base
      : changes.tiles.map((tile) => (tile !== null && there.has(tile) ? tile : null));
  const layout =
    layoutOf(LAYOUTS, changes.layoutId ?? (view === null ? remembered(layoutKey(key)) : null)) ??
    (view === null ? layoutFor(tiles.length) : layoutOfSaved(view.layout));
  const setTiles = (to: Tiles) => {
    if (view === null) remember(orderKey(key), JSON.stringify(devicesIn(to)));
    // Also where the browser's memory is what changed: this renders anew.
    setChanges({ ...changes, tiles: to });
  };
  return {
    tiles,
    layout,
    setLayout: ({ id }) => {
      if (view === null) remember(layoutKey(key), id);
      setChanges({ ...changes, layoutId: id });
    },
    swap: (from, to) => setTiles(swapped(tiles, from, to)),
    takeOut: (place) => {
      if (view !== null) setTiles(tiles.map((tile, index) => (index === place ? null : tile)));
    },
    isChanged: view !== null && (changes.tiles !== null || changes.layoutId !== null),
    reset: () => setChanges({ key, layoutId: null, tiles: null }),
  };
}

const layoutKey = (key: string) => `wall.layout.${key}`;
const orderKey = (key: string) => `wall.order.${key}`;

function rememberedOrder(key: string): string[] {
  try {
    const order: unknown = JSON.parse(remembered(orderKey(key)) ?? "[]");
    return Array.isArray(order) ? order.filter((name) => typeof name === "string") : [];
  } catch {
    return []; // not ours, or of another time
  }
}
