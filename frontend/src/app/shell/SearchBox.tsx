import { Kbd, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useShortcuts } from "@/components/shortcuts/useShortcuts";
import classes from "./SearchBox.module.css";

const Palette = lazy(() => import("@/app/search/Palette"));

/** Looks like a field and opens the palette, which is loaded with the first press. */
export function SearchBox() {
  const [isOpen, setOpen] = useState(false);
  useShortcuts("Everywhere", [
    {
      keys: ["Mod+K", "/"],
      label: "Search or go to",
      action: () => setOpen(true),
      once: true,
      whileTyping: true,
    },
  ]);
  return (
    <>
      <UnstyledButton
        className={classes.box}
        onClick={() => setOpen(true)}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K"
      >
        <IconSearch size={16} stroke={1.75} aria-hidden />
        <span className={classes.words}>Search or go to: camera, host, “yesterday 14:20”</span>
        <Kbd size="xs" className={classes.key} aria-hidden>
          Ctrl K
        </Kbd>
      </UnstyledButton>
      {isOpen && (
        <Suspense fallback={null}>
          <Palette onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
