import type { Me } from "@/api/types";
import {
  AuditIcon,
  CamerasIcon,
  EventsIcon,
  HeatmapIcon,
  HostsIcon,
  JobsIcon,
  type RailIcon,
  UsersIcon,
  WallIcon,
} from "./railIcons";

/** A page of the rail. It is there for those whose role has `permission`. */
export interface RailPage {
  path: string;
  label: string;
  icon: RailIcon;
  permission: string;
  /** The address of another page that is reached through this one. */
  alsoAt?: string;
  /** Below the line: for administration. */
  isAdmin: boolean;
  /** About all cameras: not for those who are limited to some. */
  isOfAll?: boolean;
}

/** Only pages that exist. */
export const RAIL_PAGES: readonly RailPage[] = [
  { path: "/wall", label: "Wall", icon: WallIcon, permission: "archive:read", isAdmin: false },
  { path: "/heatmap", label: "Heatmap", icon: HeatmapIcon, permission: "archive:read", isAdmin: false },
  { path: "/events", label: "Events", icon: EventsIcon, permission: "captions:read", isAdmin: false },
  {
    path: "/cameras",
    label: "Cameras",
    icon: CamerasIcon,
    permission: "cameras:read",
    isAdmin: false,
    alsoAt: "/groups",
  },
  { path: "/hosts", label: "Hosts", icon: HostsIcon, permission: "hosts:read", isAdmin: false },
  { path: "/jobs", label: "Jobs", icon: JobsIcon, permission: "jobs:read", isAdmin: false, isOfAll: true },
  { path: "/users", label: "Users", icon: UsersIcon, permission: "users:admin", isAdmin: true },
  { path: "/audit", label: "Audit", icon: AuditIcon, permission: "audit:read", isAdmin: true },
];

/** Those that `me` has. */
export function pagesFor(me: Pick<Me, "permissions" | "limited_to_groups">): RailPage[] {
  return RAIL_PAGES.filter(
    (page) => me.permissions.includes(page.permission) && !(page.isOfAll === true && me.limited_to_groups),
  );
}
