import classes from "./Tile.module.css";
import { useDropTarget } from "./useDropTarget";

/** A place on the wall without a device; one can be dragged there. */
export function EmptyTile({
  index,
  isLarge,
  onDropped,
}: {
  index: number;
  isLarge: boolean;
  onDropped: (from: number, to: number) => void;
}) {
  const { isTarget, dropProps } = useDropTarget(index, onDropped);
  return (
    <li
      className={`${classes.tile} ${classes.vacant}`}
      data-testid="empty-tile"
      data-index={index}
      data-large={isLarge || undefined}
      data-drop={isTarget || undefined}
      {...dropProps}
    />
  );
}
