import { useCallback, useMemo, useState } from "react";
import { remember, remembered } from "@/lib/stored";

const TABS = ["events", "details", "export"] as const;
export type PanelTab = (typeof TABS)[number];

export function isPanelTab(tab: string | null): tab is PanelTab {
  return TABS.some((one) => one === tab);
}

export interface Panel {
  isOpen: boolean;
  tab: PanelTab;
  /** Opens the panel at `tab`. */
  show(tab: PanelTab): void;
  close(): void;
  toggle(): void;
}

/** Whether the panel is open, which is remembered, and at which tab. */
export function usePanel(): Panel {
  const [isOpen, setIsOpen] = useState(() => remembered("player.panel") !== "closed");
  const [tab, setTab] = useState<PanelTab>("events");
  const open = useCallback((opened: boolean) => {
    setIsOpen(opened);
    remember("player.panel", opened ? "open" : "closed");
  }, []);
  return useMemo(
    () => ({
      isOpen,
      tab,
      show: (next: PanelTab) => {
        setTab(next);
        open(true);
      },
      close: () => open(false),
      toggle: () => open(!isOpen),
    }),
    [isOpen, tab, open],
  );
}
