import { lazy, Suspense, useSyncExternalStore } from "react";
import { isNoticeAsked, onNoticeAsked } from "@/components/notify";

const NoticeStack = lazy(() => import("./NoticeStack"));

/** Where short messages appear; loaded with the first of them. */
export function Notices() {
  return useSyncExternalStore(onNoticeAsked, isNoticeAsked) ? (
    <Suspense fallback={null}>
      <NoticeStack />
    </Suspense>
  ) : null;
}
