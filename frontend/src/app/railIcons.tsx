import type { ReactNode } from "react";

/** A sign of the rail. */
export type RailIcon = () => ReactNode;

function drawn(drawing: ReactNode): RailIcon {
  return () => (
    <svg
      viewBox="0 0 24 24"
      width={22}
      height={22}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      {drawing}
    </svg>
  );
}

/** A large tile with smaller ones around it. */
export const WallIcon = drawn(
  <>
    <rect x="3" y="4" width="11" height="9" rx="1.5" />
    <path d="M18 4.8h2.2M18 8.5h2.2M18 12.2h2.2M4 18.6h3M10.5 18.6h3M17 18.6h3" strokeWidth={2.6} />
  </>,
);

/** Bands with gaps in them. */
export const HeatmapIcon = drawn(
  <path d="M4.5 6h3M12.5 6h7M4.5 12h8M17.5 12h2M4.5 18h1M10.5 18h9" strokeWidth={3.2} />,
);

/** A flag: something to come back to. */
export const EventsIcon = drawn(<path d="M6 21V4M6 4.8c3.6-2 7.4 1.6 13 0v9c-5.6 1.6-9.4-2-13 0" />);

/** A camera on its arm. */
export const CamerasIcon = drawn(
  <>
    <path d="M3.5 10.5 15.6 5l3.9 6-9.6 4.4a2 2 0 0 1-2.5-.7z" />
    <path d="m19 8.6 2-.9M11.6 14.7 10 19H4.5M4.5 16.5v5" />
  </>,
);

/** Two machines on each other. */
export const HostsIcon = drawn(
  <>
    <rect x="4" y="4" width="16" height="6.5" rx="1.5" />
    <rect x="4" y="13.5" width="16" height="6.5" rx="1.5" />
    <path d="M8 7.25h.01M8 16.75h.01M13 7.25h3.5M13 16.75h3.5" />
  </>,
);

/** A list of which the first is done, beside a circle that goes round. */
export const JobsIcon = drawn(
  <>
    <path d="M20 12a8 8 0 1 1-2.6-5.9M20.4 3.6v3.6h-3.6" />
    <path d="m8.8 12.2 2.3 2.3 4.2-4.6" />
  </>,
);

/** Two people. */
export const UsersIcon = drawn(
  <>
    <circle cx="9" cy="8" r="3.4" />
    <path d="M3 19.5c0-3.3 2.6-5.6 6-5.6s6 2.3 6 5.6M15.6 4.9a3.4 3.4 0 0 1 0 6.2M17.4 14.3c2.2.8 3.6 2.7 3.6 5.2" />
  </>,
);

/** A written page with a mark of who signed it. */
export const AuditIcon = drawn(
  <>
    <path d="M18.5 11V5a1.5 1.5 0 0 0-1.5-1.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h4" />
    <path d="M9 8h6M9 12h3.5M13.5 17.6l2.3 2.3 4.2-4.6" />
  </>,
);
