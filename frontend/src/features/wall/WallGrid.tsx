import { useElementSize } from "@mantine/hooks";
import { type CSSProperties, type ReactNode, useMemo, useRef, useState } from "react";
import { fitted, type Layout } from "./layout/layouts";
import { EmptyTile } from "./tiles/EmptyTile";
import { Tile, type TileHandlers } from "./tiles/Tile";
import type { TileDevice } from "./tiles/tileDevices";
import { useTileKeys } from "./useTileKeys";
import classes from "./WallGrid.module.css";

const GAP = 4;

interface WallGridProps {
  layout: Layout;
  /** Columns to scroll, instead of all tiles in the window. */
  isNarrow: boolean;
  /** One for each place; null: an empty one. */
  tiles: readonly (string | null)[];
  devices: ReadonlyMap<string, TileDevice>;
  /** Two places of this screen are to change what they show. */
  onMove: (from: number, to: number) => void;
  /** The device of that place is to leave the view; null: it is no view of which one could. */
  onTakeOut: ((place: number) => void) | null;
}

/** One screen of tiles, as large as the window has room for. */
export function WallGrid(props: WallGridProps) {
  const { layout, isNarrow, tiles, devices, onMove } = props;
  const list = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState(0);
  const firstTaken = tiles.findIndex((tile) => tile !== null);
  const tabStop = tiles[current] ? current : firstTaken;
  useTileKeys({ ...props, list, current: tabStop });

  const move = useRef(onMove);
  move.current = onMove;
  const handlers = useMemo<TileHandlers>(
    () => ({ focused: setCurrent, dropped: (from, to) => move.current(from, to) }),
    [],
  );
  return (
    <TileRoom layout={layout} isNarrow={isNarrow}>
      {(style) => (
        <ul ref={list} className={classes.tiles} aria-label="Devices" style={style}>
          {tiles.map((name, index) => {
            const isLarge = layout.isFirstLarge && index === 0;
            const device = name === null ? undefined : devices.get(name);
            if (device === undefined)
              return isNarrow ? null : (
                // biome-ignore lint/suspicious/noArrayIndexKey: an empty place is nothing but its place
                <EmptyTile key={index} index={index} isLarge={isLarge} onDropped={handlers.dropped} />
              );
            return (
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
      )}
    </TileRoom>
  );
}

/** The window's room for tiles, and the sizes with which they fill it. */
export function TileRoom({
  layout,
  isNarrow,
  children,
}: {
  layout: Layout;
  isNarrow: boolean;
  children: (style: CSSProperties) => ReactNode;
}) {
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const { tileWidth, tileHeight } = fitted(layout, width, height, GAP);
  const style = isNarrow
    ? { gridTemplateColumns: `repeat(${layout.columns}, minmax(0, 1fr))` }
    : {
        gridTemplateColumns: `repeat(${layout.columns}, ${tileWidth}px)`,
        gridTemplateRows: `repeat(${layout.rows}, ${tileHeight}px)`,
      };
  return (
    <div className={classes.room} ref={ref} data-narrow={isNarrow || undefined}>
      {children(style)}
    </div>
  );
}
