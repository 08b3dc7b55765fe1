import { type MosaicGrid, tileOf } from "./pictures";

/** One minute's tile of an hour's mosaic, as large as its class makes it. */
export function MosaicTile({
  url,
  grid,
  atMs,
  className,
}: {
  url: string;
  grid: MosaicGrid;
  atMs: number;
  className?: string | undefined;
}) {
  const tile = tileOf(atMs, grid);
  if (tile === null) return null;
  const share = (place: number, of: number) => (of < 2 ? 0 : (100 * place) / (of - 1));
  return (
    <div
      className={className}
      data-testid="minute-tile"
      style={{
        backgroundImage: `url("${url}")`,
        backgroundSize: `${grid.columns * 100}% ${grid.rows * 100}%`,
        backgroundPosition: `${share(tile.column, grid.columns)}% ${share(tile.row, grid.rows)}%`,
      }}
    />
  );
}
