import { IconExternalLink } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { useMe } from "@/lib/session";
import classes from "./JobTabs.module.css";
import { VIEW_WORDS } from "./jobFacts";
import { VIEWS, type View, withShown } from "./listed";

/** The lists beside each other; for admins the way to what shows the queues themselves. */
export function JobTabs({ address, view }: { address: URLSearchParams; view: View }) {
  const isAdmin = useMe().role === "admin";
  const tabs = useRef<HTMLElement>(null);
  // On phones they do not fit side by side: the one that is open is to be seen.
  useEffect(() => {
    tabs.current
      ?.querySelector(`[data-view="${view}"]`)
      ?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [view]);
  return (
    <div className={classes.bar}>
      <nav className={classes.tabs} aria-label="Lists of jobs" ref={tabs}>
        {VIEWS.map((one) => (
          <Link
            key={one}
            data-view={one}
            to={{ search: withShown(address, { view: one, page: 1 }).toString() }}
            replace
            className={classes.tab}
            aria-current={one === view ? "page" : undefined}
          >
            {VIEW_WORDS[one]}
          </Link>
        ))}
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
