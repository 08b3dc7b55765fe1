import { NavLink } from "react-router";
import { RAIL_PAGES, type RailPage } from "@/app/railPages";
import { useMe } from "@/lib/session";
import classes from "./Rail.module.css";

/** The pages that this user has. */
export function Rail() {
  const { permissions } = useMe();
  const pages = RAIL_PAGES.filter((page) => permissions.includes(page.permission));
  return (
    <nav className={classes.rail} aria-label="Pages">
      <img src="/favicon.svg" alt="Coldframe" className={classes.mark} width={24} height={24} />
      {pages.filter((page) => !page.isAdmin).map(link)}
      <span className={classes.gap} />
      {pages.filter((page) => page.isAdmin).map(link)}
    </nav>
  );
}

function link({ path, label, icon: Icon }: RailPage) {
  return (
    <NavLink
      key={path}
      to={path}
      className={({ isActive }) => `${classes.link} ${isActive ? classes.here : ""}`}
    >
      <Icon size={20} stroke={1.6} aria-hidden />
      <span>{label}</span>
    </NavLink>
  );
}
