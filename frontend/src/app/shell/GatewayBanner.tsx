import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { api } from "@/api/client";
import { isGatewayReachable, onReachable } from "@/api/reachability";
import classes from "./GatewayBanner.module.css";

const ASKS_EVERY_MS = 3_000;

/** Says that the gateway does not answer, while it does not; when it is back, all is asked for again. */
export function GatewayBanner() {
  const client = useQueryClient();
  const isReachable = useSyncExternalStore(onReachable, isGatewayReachable);
  const wasAway = useRef(false);
  useEffect(() => {
    if (isReachable) {
      if (wasAway.current) void client.invalidateQueries();
      wasAway.current = false;
      return;
    }
    wasAway.current = true;
    const timer = setInterval(() => {
      // What comes of it, the banner is told by the request itself.
      api.GET("/api/v1/auth/me").catch(() => undefined);
    }, ASKS_EVERY_MS);
    return () => clearInterval(timer);
  }, [isReachable, client]);
  return (
    <div role="status" className={classes.place}>
      {!isReachable && (
        <div className={classes.banner}>
          <IconPlugConnectedX size={16} stroke={1.75} aria-hidden />
          <span>
            <strong>The gateway does not answer.</strong> What you see may be old. The hosts go on recording;
            this page goes on by itself when the gateway is back.
          </span>
        </div>
      )}
    </div>
  );
}
