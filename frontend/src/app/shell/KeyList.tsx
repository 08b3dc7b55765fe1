import { Kbd, Modal } from "@mantine/core";
import { Fragment, useSyncExternalStore } from "react";
import { keyCaps } from "@/components/shortcuts/keys";
import { onChange, registered, type Shortcut } from "@/components/shortcuts/registered";
import classes from "./KeyList.module.css";

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The keys that work here, the page's own first. */
export default function KeyList({ onClose }: { onClose: () => void }) {
  const groups = useSyncExternalStore(onChange, registered);
  const byHeading = new Map<string, Shortcut[]>();
  for (const { current } of groups.toReversed()) {
    byHeading.set(current.heading, [...(byHeading.get(current.heading) ?? []), ...current.shortcuts]);
  }
  return (
    <Modal opened onClose={onClose} title="Keyboard" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <div className={classes.groups}>
        {[...byHeading].map(([heading, shortcuts]) => (
          <section key={heading}>
            <h3>{heading}</h3>
            <dl>
              {shortcuts.map((shortcut) => (
                <div key={shortcut.label}>
                  <dt>
                    <Keys shortcut={shortcut} />
                  </dt>
                  <dd>{shortcut.label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

function Keys({ shortcut: { keys } }: { shortcut: Shortcut }) {
  return (typeof keys === "string" ? [keys] : keys).map((one, place) => (
    <Fragment key={one}>
      {place > 0 && " or "}
      {keyCaps(one, IS_MAC).map((cap) => (
        <Kbd key={cap} size="xs">
          {cap}
        </Kbd>
      ))}
    </Fragment>
  ));
}
