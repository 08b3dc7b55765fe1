import type { ReactNode } from "react";
import { NavLink } from "react-router";
import classes from "./CameraTabs.module.css";

const TABS = [
  { path: "/cameras", label: "Cameras" },
  { path: "/groups", label: "Groups" },
  { path: "/cameras/health", label: "Health report" },
] as const;

/** The pages about cameras, beside each other; `children`: what can be done on this one. */
export function CameraTabs({ children }: { children?: ReactNode }) {
  return (
    <div className={classes.bar}>
      <nav className={classes.tabs} aria-label="About cameras">
        {TABS.map(({ path, label }) => (
          <NavLink
            key={path}
            to={path}
            end
            className={({ isActive }) => (isActive ? `${classes.tab} ${classes.here}` : (classes.tab ?? ""))}
          >
            {label}
          </NavLink>
        ))}
      </nav>
      {children !== undefined && <div className={classes.actions}>{children}</div>}
    </div>
  );
}
