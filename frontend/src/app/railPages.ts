import { IconLayoutGrid, IconServer2, IconTimeline, IconUsers, type TablerIcon } from "@tabler/icons-react";

/** A page of the rail. It is there for those whose role has `permission`. */
export interface RailPage {
  path: string;
  label: string;
  icon: TablerIcon;
  permission: string;
  /** Below the line: for administration. */
  isAdmin: boolean;
}

/** Only pages that exist. */
export const RAIL_PAGES: RailPage[] = [
  { path: "/wall", label: "Wall", icon: IconLayoutGrid, permission: "archive:read", isAdmin: false },
  { path: "/heatmap", label: "Heatmap", icon: IconTimeline, permission: "archive:read", isAdmin: false },
  { path: "/hosts", label: "Hosts", icon: IconServer2, permission: "hosts:read", isAdmin: false },
  { path: "/users", label: "Users", icon: IconUsers, permission: "users:admin", isAdmin: true },
];
