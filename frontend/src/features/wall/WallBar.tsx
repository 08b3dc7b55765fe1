import { ActionIcon, Button } from "@mantine/core";
import { IconArrowsMaximize, IconChevronLeft, IconChevronRight, IconDeviceTv } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { LayoutPicker } from "./layout/LayoutPicker";
import type { Layout } from "./layout/layouts";
import classes from "./WallBar.module.css";

/** What the wall shows, and how: above the tiles. */
export function WallBar({
  views,
  counts,
  layouts,
  layout,
  onLayout,
  page,
  pages,
  onPage,
  onKiosk,
  onFullScreen,
}: {
  views: ReactNode;
  counts: ReactNode;
  layouts: readonly Layout[];
  layout: Layout;
  onLayout: (layout: Layout) => void;
  /** From 0. */
  page: number;
  pages: number;
  onPage: (page: number) => void;
  onKiosk: () => void;
  onFullScreen: () => void;
}) {
  return (
    <div className={classes.bar}>
      <div className={classes.views}>{views}</div>
      <div className={classes.controls}>
        {counts}
        {pages > 1 && (
          <div className={classes.pages}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={28}
              aria-label="Previous screen"
              disabled={page === 0}
              onClick={() => onPage(page - 1)}
            >
              <IconChevronLeft size={16} aria-hidden />
            </ActionIcon>
            <span aria-live="polite">
              Screen {page + 1} of {pages}
            </span>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={28}
              aria-label="Next screen"
              disabled={page === pages - 1}
              onClick={() => onPage(page + 1)}
            >
              <IconChevronRight size={16} aria-hidden />
            </ActionIcon>
          </div>
        )}
        <LayoutPicker layouts={layouts} chosen={layout} onChoose={onLayout} />
        <ActionIcon
          className={`${classes.wide} ${classes.tool}`}
          variant="subtle"
          color="gray"
          size={28}
          aria-label="Wall on the full screen"
          title="Wall on the full screen (F)"
          onClick={onFullScreen}
        >
          <IconArrowsMaximize size={16} aria-hidden />
        </ActionIcon>
        <Button
          className={`${classes.wide} ${classes.tool}`}
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconDeviceTv size={16} aria-hidden />}
          title="Tiles only (K)"
          onClick={onKiosk}
        >
          Kiosk
        </Button>
      </div>
    </div>
  );
}
