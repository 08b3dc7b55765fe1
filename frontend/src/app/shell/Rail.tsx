import { Link, NavLink, useLocation } from "react-router";
import { pagesFor, type RailPage } from "@/app/railPages";
import { useMe } from "@/lib/session";
import classes from "./Rail.module.css";

/** The pages that this user has. */
export function Rail() {
  const pages = pagesFor(useMe());
  const { pathname } = useLocation();
  const link = (page: RailPage) => (
    <RailLink key={page.path} page={page} isAlsoHere={page.alsoAt === pathname} />
  );
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

function RailLink({
  page: { path, label, icon: Icon },
  isAlsoHere,
}: {
  page: RailPage;
  isAlsoHere: boolean;
}) {
  return (
    <NavLink
      to={path}
      className={({ isActive }) =>
        isActive || isAlsoHere ? `${classes.link} ${classes.here}` : (classes.link ?? "")
      }
    >
      <Icon />
      <span>{label}</span>
    </NavLink>
  );
}
