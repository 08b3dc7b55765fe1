import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useEffect, useState } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { onSignedOut } from "@/api/client";
import { onLoginNews } from "@/api/loginNews";
import { meQuery } from "@/api/queries";
import { Failed, Loading } from "@/components/PageState";
import { signInAddress } from "@/lib/nextAddress";
import { MeProvider } from "@/lib/session";
import { PageBoundary } from "./PageBoundary";
import { Frame } from "./shell/Frame";

const ASKS_AGAIN_AFTER_MS = 5_000;

/** The frame around pages of people who are signed in; others are sent to sign in, and back afterwards. */
export function SignedIn() {
  const me = useQuery({
    ...meQuery,
    refetchInterval: ({ state }) => (state.status === "error" ? ASKS_AGAIN_AFTER_MS : false),
  });
  // Kept while it is asked for again, so that what is said stays.
  const [trouble, setTrouble] = useState<unknown>(null);
  if (me.isError && me.error !== trouble) setTrouble(me.error);
  const client = useQueryClient();
  const { pathname, search, hash } = useLocation();
  useEffect(() => onSignedOut(() => client.setQueryData(meQuery.queryKey, null)), [client]);
  // Another tab signed out, or in as somebody else: this one's cookies are the same ones.
  useEffect(
    () =>
      onLoginNews((news) => {
        if (news === "signed-out") {
          client.setQueryData(meQuery.queryKey, null);
          return;
        }
        void client.invalidateQueries({ queryKey: meQuery.queryKey });
        // Not only asked for again: what may be refused to somebody else must not stay on the screen.
        void client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] });
      }),
    [client],
  );
  if (me.data === undefined) {
    return trouble !== null ? (
      <Failed error={trouble} retry={() => void me.refetch()} />
    ) : (
      <Loading what="the gateway" />
    );
  }
  if (me.data === null) return <Navigate to={signInAddress(pathname + search + hash)} replace />;
  return (
    <MeProvider me={me.data}>
      <Frame>
        <PageBoundary page={pathname}>
          <Suspense fallback={<Loading what="the page" />}>
            <Outlet />
          </Suspense>
        </PageBoundary>
      </Frame>
    </MeProvider>
  );
}
