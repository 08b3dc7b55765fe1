import { type ReactNode, useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { useKiosk } from "@/components/kiosk";
import { HeadingPlace } from "@/components/PageHeading";
import { useShortcuts } from "@/components/shortcuts/useShortcuts";
import { ClockButton } from "./ClockButton";
import classes from "./Frame.module.css";
import { GatewayBanner } from "./GatewayBanner";
import { KeyboardHelp } from "./KeyboardHelp";
import { Rail } from "./Rail";
import { SearchBox } from "./SearchBox";
import { UserMenu } from "./UserMenu";

/** Rail, top bar, and the page as content. On phones the rail is a bar at the bottom; a kiosk has neither. */
export function Frame({ children }: { children: ReactNode }) {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const { isKiosk } = useKiosk();
  const content = useNewPage();
  useShortcuts("Everywhere", [
    { keys: "?", label: "These keys", action: () => setHelpOpen(true), once: true },
  ]);
  return (
    <div className={isKiosk ? `${classes.frame} ${classes.kiosk}` : classes.frame}>
      {isKiosk ? (
        <LeaveKiosk />
      ) : (
        <>
          <a href="#content" className={classes.skip}>
            Skip to content
          </a>
          <Rail />
        </>
      )}
      <header className={classes.bar}>
        <div className={classes.heading} ref={setPlace} />
        {!isKiosk && (
          <>
            <SearchBox />
            <div className={classes.right}>
              <ClockButton />
              <UserMenu showKeys={() => setHelpOpen(true)} />
            </div>
          </>
        )}
      </header>
      <div className={classes.body}>
        <GatewayBanner />
        <main id="content" className={classes.content} tabIndex={-1} ref={content}>
          <HeadingPlace value={place}>{children}</HeadingPlace>
        </main>
      </div>
      <KeyboardHelp opened={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}

function LeaveKiosk() {
  const { leaveKiosk } = useKiosk();
  useShortcuts("Kiosk", [{ keys: "Escape", label: "Show rail and top bar again", action: leaveKiosk }]);
  return null;
}

// On a new page the keyboard begins at its content, unless the page has put it somewhere itself.
function useNewPage() {
  const { pathname } = useLocation();
  const content = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  const { leaveKiosk } = useKiosk();
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    leaveKiosk();
    const main = content.current;
    if (main === null) return;
    main.scrollTo(0, 0);
    const focused = document.activeElement;
    // A dialog may have been opened while the page's script was still on its way.
    if (main.contains(focused) || focused?.closest('[role="dialog"]')) return;
    main.focus({ preventScroll: true });
  }, [pathname, leaveKiosk]);
  return content;
}
