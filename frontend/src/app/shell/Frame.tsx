import { type ReactNode, useState } from "react";
import { HeadingPlace } from "@/components/PageHeading";
import { ClockButton } from "./ClockButton";
import classes from "./Frame.module.css";
import { Rail } from "./Rail";
import { UserMenu } from "./UserMenu";

/** Rail, top bar, and the page as content. On phones the rail is a bar at the bottom. */
export function Frame({ children }: { children: ReactNode }) {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  return (
    <div className={classes.frame}>
      <a href="#content" className={classes.skip}>
        Skip to content
      </a>
      <Rail />
      <header className={classes.bar}>
        <div className={classes.heading} ref={setPlace} />
        <ClockButton />
        <UserMenu />
      </header>
      <main id="content" className={classes.content} tabIndex={-1}>
        <HeadingPlace value={place}>{children}</HeadingPlace>
      </main>
    </div>
  );
}
