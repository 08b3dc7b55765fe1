import { useElementSize, useMediaQuery } from "@mantine/hooks";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { playerPath, splitName } from "@/lib/deviceAddress";
import { type Direction, fitted, type Layout, neighbour } from "./layout/layouts";
import { EmptyTile } from "./tiles/EmptyTile";
import { Tile, type TileDevice, type TileHandlers } from "./tiles/Tile";
import classes from "./WallGrid.module.css";

const GAP = 4;
const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** One screen of tiles, as large as the window has room for. On phones they are a list to scroll. */
export function WallGrid({
  layout,
  tiles,
  devices,
  onMove,
}: {
  layout: Layout;
  /** One for each place; null: an empty one. */
  tiles: readonly (string | null)[];
  devices: ReadonlyMap<string, TileDevice>;
  /** Two places of this screen are to change what they show. */
  onMove: (from: number, to: number) => void;
}) {
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const isPhone = useMediaQuery("(max-width: 640px)") ?? false;
  const navigate = useNavigate();
  const list = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState(0);

  const latest = useRef({ layout, tiles, onMove, isPhone });
  latest.current = { layout, tiles, onMove, isPhone };
  const handlers = useMemo<TileHandlers>(() => {
    const focusTile = (index: number) =>
      list.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`)?.focus();
    return {
      focused: setCurrent,
      dropped: (from, to) => latest.current.onMove(from, to),
      key: (index: number, event: KeyboardEvent) => {
        const { layout, tiles, onMove } = latest.current;
        const direction = DIRECTIONS[event.key];
        if (direction !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
          const to = neighbour(layout, index, direction);
          if (to === index) return;
          event.preventDefault();
          if (event.shiftKey) {
            onMove(index, to);
            requestAnimationFrame(() => focusTile(to));
          } else focusTile(to);
        }
        const name = tiles[index];
        if (event.key.toLowerCase() === "o" && !event.ctrlKey && !event.metaKey && name)
          void navigate(playerPath(splitName(name)));
      },
    };
  }, [navigate]);

  const fit = fitted(layout, width, height, GAP);
  const firstTaken = tiles.findIndex((tile) => tile !== null);
  const tabStop = tiles[current] ? current : firstTaken;
  return (
    <div className={classes.room} ref={ref}>
      <ul
        ref={list}
        className={classes.tiles}
        aria-label="Devices"
        style={
          isPhone
            ? undefined
            : {
                gridTemplateColumns: `repeat(${layout.columns}, ${fit.tileWidth}px)`,
                gridAutoRows: `${fit.tileHeight}px`,
                gap: `${fit.gap}px`,
              }
        }
      >
        {tiles.map((name, index) => {
          const isLarge = layout.isFirstLarge && index === 0;
          const device = name === null ? undefined : devices.get(name);
          return device === undefined ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: an empty place is nothing but its place
            <EmptyTile key={index} index={index} isLarge={isLarge} onDropped={handlers.dropped} />
          ) : (
            <Tile
              key={device.fullName}
              index={index}
              device={device}
              isLarge={isLarge}
              isTabStop={index === tabStop}
              handlers={handlers}
            />
          );
        })}
      </ul>
    </div>
  );
}
