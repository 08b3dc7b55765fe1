import { Link, NavLink } from "react-router";
import { pagesFor, type RailPage } from "@/app/railPages";
import { useMe } from "@/lib/session";
import classes from "./Rail.module.css";

/** The pages that this user has. */
export function Rail() {
  const pages = pagesFor(useMe().permissions);
  return (
    <nav className={classes.rail} aria-label="Pages">
      <Link to="/" className={classes.mark} aria-label="Coldframe: to the first page">
        <img src="/favicon.svg" alt="" width={24} height={24} />
      </Link>
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
      className={({ isActive }) => (isActive ? `${classes.link} ${classes.here}` : (classes.link ?? ""))}
    >
      <Icon />
      <span>{label}</span>
    </NavLink>
  );
}
