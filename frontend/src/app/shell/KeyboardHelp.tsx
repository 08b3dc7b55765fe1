import { Loader } from "@mantine/core";
import { lazy, Suspense } from "react";

const KeyList = lazy(() => import("./KeyList"));

/** The overlay with the keys that the page has; loaded when somebody first asks for it. */
export function KeyboardHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  if (!opened) return null;
  return (
    <Suspense
      fallback={
        <Loader size="xs" aria-label="Waiting for the list of keys" pos="fixed" bottom={16} left={16} />
      }
    >
      <KeyList onClose={onClose} />
    </Suspense>
  );
}
