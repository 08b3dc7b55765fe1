import type { RefObject } from "react";
import { useNavigate } from "react-router";
import { useShortcuts } from "@/components/shortcuts/useShortcuts";
import { playerPath, splitName } from "@/lib/deviceAddress";
import { type Direction, type Layout, neighbour } from "./layout/layouts";

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** The keys with which one goes from tile to tile, and does with one what the pointer can. */
export function useTileKeys({
  list,
  current,
  layout,
  tiles,
  onMove,
  onTakeOut,
}: {
  list: RefObject<HTMLElement | null>;
  /** The tile that has the focus or would get it; -1: there is none. */
  current: number;
  layout: Layout;
  tiles: readonly (string | null)[];
  onMove: (from: number, to: number) => void;
  onTakeOut: ((place: number) => void) | null;
}): void {
  const navigate = useNavigate();
  const linkAt = (place: number) => list.current?.querySelector<HTMLElement>(`[data-index="${place}"] a`);
  const hasFocus = () => list.current?.contains(document.activeElement) === true;
  const go = ({ key }: KeyboardEvent) => {
    const direction = ARROWS[key];
    if (direction === undefined) return;
    if (!hasFocus()) linkAt(current)?.focus();
    else linkAt(nextTaken(layout, tiles, current, direction))?.focus();
  };
  const move = ({ key }: KeyboardEvent) => {
    const direction = ARROWS[key];
    if (direction === undefined || !hasFocus()) return;
    const to = neighbour(layout, current, direction);
    if (to === current) return;
    onMove(current, to);
    // When it lies there.
    requestAnimationFrame(() => linkAt(to)?.focus());
  };
  useShortcuts("Wall: tiles", [
    {
      keys: Object.keys(ARROWS),
      label: "From tile to tile",
      action: go,
    },
    {
      keys: Object.keys(ARROWS).map((key) => `Shift+${key}`),
      label: "Move the tile",
      action: move,
    },
    {
      keys: "O",
      label: "Open the tile in the player",
      action: () => {
        const name = tiles[current];
        if (name) void navigate(playerPath(splitName(name)));
      },
      once: true,
    },
    ...(onTakeOut === null
      ? []
      : [
          {
            keys: "Delete",
            label: "Take the tile out of the view",
            action: () => hasFocus() && onTakeOut(current),
            once: true,
          },
        ]),
  ]);
}

/** The nearest tile with a device that way; the same one where there is none. */
function nextTaken(
  layout: Layout,
  tiles: readonly (string | null)[],
  from: number,
  direction: Direction,
): number {
  let place = from;
  for (let steps = 0; steps < layout.tiles; steps += 1) {
    const next = neighbour(layout, place, direction);
    if (next === place) return from;
    if (tiles[next]) return next;
    place = next;
  }
  return from;
}
