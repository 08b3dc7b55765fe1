import { useEffect, useState } from "react";
import { serverNow } from "@/api/serverClock";

/** Now by the gateway's clock in ms, renewed every `everyMs`, at full multiples of it. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      setNow(serverNow());
      timer = setTimeout(tick, everyMs - (serverNow() % everyMs));
    };
    timer = setTimeout(tick, everyMs - (serverNow() % everyMs));
    return () => clearTimeout(timer);
  }, [everyMs]);
  return now;
}
