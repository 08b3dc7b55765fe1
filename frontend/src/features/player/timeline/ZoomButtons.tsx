import { ActionIcon } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { lengthName } from "./scale";
import classes from "./Timeline.module.css";
import type { ViewControl } from "./useView";

/** How much of the archive is shown, and less or more of it. */
export function ZoomButtons({ control }: { control: ViewControl }) {
  const { view, step } = control;
  return (
    <div className={classes.zoom}>
      <ActionIcon variant="subtle" color="gray" size={24} aria-label="Zoom out" onClick={() => step(1)}>
        <IconMinus size={14} stroke={1.75} />
      </ActionIcon>
      <output aria-label="Shown">{lengthName(view.to - view.from)}</output>
      <ActionIcon variant="subtle" color="gray" size={24} aria-label="Zoom in" onClick={() => step(-1)}>
        <IconPlus size={14} stroke={1.75} />
      </ActionIcon>
    </div>
  );
}
