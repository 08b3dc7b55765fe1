import { createContext, type ReactNode, use, useCallback, useMemo, useState } from "react";
import { remember, remembered } from "./stored";
import type { Zone } from "./zone";

interface ZoneChoice {
  zone: Zone;
  toggle: () => void;
}

const ZoneContext = createContext<ZoneChoice | null>(null);

/** Keeps which zone all times on the pages are shown in. */
export function ZoneProvider({ children }: { children: ReactNode }) {
  const [zone, setZone] = useState<Zone>(() => (remembered("zone") === "utc" ? "utc" : "local"));
  const toggle = useCallback(() => {
    setZone((was) => {
      const next = was === "utc" ? "local" : "utc";
      remember("zone", next);
      return next;
    });
  }, []);
  const choice = useMemo(() => ({ zone, toggle }), [zone, toggle]);
  return <ZoneContext value={choice}>{children}</ZoneContext>;
}

/** The zone of all times on the pages, and how to change it. */
export function useZone(): ZoneChoice {
  const choice = use(ZoneContext);
  if (choice === null) throw new Error("useZone outside of ZoneProvider");
  return choice;
}
