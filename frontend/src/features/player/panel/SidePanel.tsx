import { ActionIcon, Tabs } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { DeviceName } from "@/lib/deviceAddress";
import { useMay } from "@/lib/session";
import type { Span } from "../archive/span";
import type { Playback } from "../playback/playback";
import { DetailsTab } from "./DetailsTab";
import { EventsTab } from "./EventsTab";
import { ExportTab } from "./ExportTab";
import classes from "./SidePanel.module.css";
import { isPanelTab, type Panel } from "./usePanel";

export interface SidePanelProps {
  name: DeviceName;
  playback: Playback;
  /** Now by the gateway's clock, renewed about once a second. */
  nowMs: number;
  /** Which tab is shown and whether the panel is open: `usePanel()`, which the page calls. */
  panel: Panel;
  /** What is chosen for an export, by the handles on the time line; null: nothing. */
  range: Span | null;
  onRange: (range: Span | null) => void;
}

/**
 * Events, details and export of a device, beside the picture or, on narrow screens, below the time line.
 * It fills the place that the page gives it; where the panel is closed the page leaves it out.
 */
export function SidePanel({ name, playback, nowMs, panel, range, onRange }: SidePanelProps) {
  const mayExport = useMay("archive:export");
  const shown = panel.tab === "export" && !mayExport ? "events" : panel.tab;
  const choose = (tab: string | null) => {
    if (!isPanelTab(tab)) return;
    // Handles on the time line are there while they are for something.
    if (tab !== "export") onRange(null);
    panel.show(tab);
  };
  const close = () => {
    onRange(null);
    panel.close();
  };
  return (
    <aside className={classes.panel} aria-label="Around the play head">
      <Tabs
        value={shown}
        onChange={choose}
        variant="pills"
        keepMounted={false}
        classNames={{ root: classes.tabs, list: classes.list, tab: classes.tab, panel: classes.content }}
      >
        <div className={classes.bar}>
          <Tabs.List>
            <Tabs.Tab value="events">Events</Tabs.Tab>
            <Tabs.Tab value="details">Details</Tabs.Tab>
            {mayExport && <Tabs.Tab value="export">Export</Tabs.Tab>}
          </Tabs.List>
          <ActionIcon
            className={classes.close}
            variant="subtle"
            color="gray"
            aria-label="Close the panel"
            onClick={close}
          >
            <IconX size={16} stroke={1.75} />
          </ActionIcon>
        </div>
        <Tabs.Panel value="events">
          <EventsTab name={name} playback={playback} nowMs={nowMs} />
        </Tabs.Panel>
        <Tabs.Panel value="details">
          <DetailsTab name={name} />
        </Tabs.Panel>
        {mayExport && (
          <Tabs.Panel value="export">
            <ExportTab name={name} playback={playback} nowMs={nowMs} range={range} onRange={onRange} />
          </Tabs.Panel>
        )}
      </Tabs>
    </aside>
  );
}
