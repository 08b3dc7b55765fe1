import { ActionIcon } from "@mantine/core";
import { IconZoomIn, IconZoomOut } from "@tabler/icons-react";

const ZOOMS = [1, 2, 4];

/** How many times wider than the window the minutes are. */
export function ZoomControls({ zoom, onZoom }: { zoom: number; onZoom: (zoom: number) => void }) {
  const place = ZOOMS.indexOf(zoom);
  const zoomBy = (step: number) => onZoom(ZOOMS[place + step] ?? zoom);
  return (
    <ActionIcon.Group>
      <ActionIcon
        variant="default"
        aria-label="Make minutes narrower"
        disabled={place <= 0}
        onClick={() => zoomBy(-1)}
      >
        <IconZoomOut size={16} stroke={1.75} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label="Make minutes wider"
        disabled={place >= ZOOMS.length - 1}
        onClick={() => zoomBy(1)}
      >
        <IconZoomIn size={16} stroke={1.75} />
      </ActionIcon>
    </ActionIcon.Group>
  );
}
