import { type DragEvent, useState } from "react";

// A type of its own, so that files and links that are dragged over the wall are none of its tiles.
const DRAGGED = "application/x-coldframe-tile";

/** Marks what is dragged as the tile at `index`. */
export function dragTile(event: DragEvent, index: number): void {
  event.dataTransfer.setData(DRAGGED, String(index));
  event.dataTransfer.effectAllowed = "move";
}

/** Lets other tiles be dropped on the one at `index`. */
export function useDropTarget(index: number, onDropped: (from: number, to: number) => void) {
  const [isTarget, setIsTarget] = useState(false);
  return {
    /** A tile is above it. */
    isTarget,
    dropProps: {
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setIsTarget(true);
      },
      onDragLeave: () => setIsTarget(false),
      onDrop: (event: DragEvent) => {
        setIsTarget(false);
        const from = Number.parseInt(event.dataTransfer.getData(DRAGGED), 10);
        if (Number.isNaN(from)) return;
        event.preventDefault();
        if (from !== index) onDropped(from, index);
      },
    },
  };
}
