import {
  AuditIcon,
  CamerasIcon,
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
}

/** Only pages that exist. */
export const RAIL_PAGES: readonly RailPage[] = [
  { path: "/wall", label: "Wall", icon: WallIcon, permission: "archive:read", isAdmin: false },
  { path: "/heatmap", label: "Heatmap", icon: HeatmapIcon, permission: "archive:read", isAdmin: false },
  {
    path: "/cameras",
    label: "Cameras",
    icon: CamerasIcon,
    permission: "cameras:read",
    isAdmin: false,
    alsoAt: "/groups",
  },
  { path: "/hosts", label: "Hosts", icon: HostsIcon, permission: "hosts:read", isAdmin: false },
  { path: "/jobs", label: "Jobs", icon: JobsIcon, permission: "jobs:read", isAdmin: false },
  { path: "/users", label: "Users", icon: UsersIcon, permission: "users:admin", isAdmin: true },
  { path: "/audit", label: "Audit", icon: AuditIcon, permission: "audit:read", isAdmin: true },
];

/** Those that somebody with `permissions` has. */
export function pagesFor(permissions: readonly string[]): RailPage[] {
  return RAIL_PAGES.filter((page) => permissions.includes(page.permission));
}
