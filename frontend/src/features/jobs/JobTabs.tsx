import { IconExternalLink } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { useMay, useMe } from "@/lib/session";
import classes from "./JobTabs.module.css";
import { VIEW_WORDS } from "./jobFacts";
import { shownOf, VIEWS, withShown } from "./listed";

const CAPTIONS = "/jobs/captions";

/** The lists beside each other; for admins the way to what shows the queues themselves. */
export function JobTabs({ address, pathname }: { address: URLSearchParams; pathname: string }) {
  const isAdmin = useMe().role === "admin";
  const mayCaptions = useMay("captions:read");
  const isList = pathname === "/jobs";
  const open = isList ? shownOf(address).view : pathname;
  const tabs = useRef<HTMLElement>(null);
  // On phones they do not fit side by side: the one that is open is to be seen.
  useEffect(() => {
    tabs.current
      ?.querySelector(`[data-view="${open}"]`)
      ?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [open]);
  // What narrows another page down is none of the lists' business.
  const kept = isList ? address : new URLSearchParams();
  return (
    <div className={classes.bar}>
      <nav className={classes.tabs} aria-label="Lists of jobs" ref={tabs}>
        {VIEWS.map((one) => (
          <Link
            key={one}
            data-view={one}
            to={{ pathname: "/jobs", search: withShown(kept, { view: one, page: 1 }).toString() }}
            replace={isList}
            className={classes.tab}
            aria-current={one === open ? "page" : undefined}
          >
            {VIEW_WORDS[one]}
          </Link>
        ))}
        {mayCaptions && (
          <Link
            data-view={CAPTIONS}
            to={CAPTIONS}
            className={classes.tab}
            aria-current={open === CAPTIONS ? "page" : undefined}
          >
            Captions
          </Link>
        )}
      </nav>
      {isAdmin && (
        <a href="/rq/" className={classes.out}>
          <IconExternalLink size={14} stroke={1.75} aria-hidden />
          RQ dashboard
        </a>
      )}
    </div>
  );
}
