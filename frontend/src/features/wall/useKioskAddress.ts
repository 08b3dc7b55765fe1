import { useEffect, useLayoutEffect, useRef } from "react";
import { useSearchParams } from "react-router";
import { isAskedFor, useKiosk } from "@/components/kiosk";

/** Keeps the kiosk in the wall's address, so that it is there again when the page is loaded again. */
export function useKioskAddress() {
  const { isKiosk, enterKiosk, leaveKiosk } = useKiosk();
  const [address, setAddress] = useSearchParams();
  const isWanted = useRef(isAskedFor(address));
  const was = useRef(isKiosk);
  useLayoutEffect(() => {
    if (isWanted.current) enterKiosk();
  }, [enterKiosk]);
  useEffect(() => {
    if (was.current === isKiosk) return;
    was.current = isKiosk;
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        if (isKiosk) next.set("kiosk", "1");
        else next.delete("kiosk");
        return next;
      },
      { replace: true },
    );
  }, [isKiosk, setAddress]);
  return { isKiosk, enterKiosk, leaveKiosk };
}
