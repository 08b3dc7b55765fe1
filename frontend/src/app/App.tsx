import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { BrowserRouter, Navigate, Outlet, Route, Routes, useLocation } from "react-router";
import { onSignedOut } from "@/api/client";
import { ApiError } from "@/api/errors";
import { meQuery } from "@/api/queries";
import { Failed, Loading } from "@/components/PageState";
import { MeProvider, useMay } from "@/lib/session";
import { ZoneProvider } from "@/lib/ZoneContext";
import { NotFound } from "./NotFound";
import { Frame } from "./shell/Frame";
import { theme } from "./theme";

const SignIn = lazy(() => import("@/features/sign-in/SignInPage"));
const Wall = lazy(() => import("@/features/wall/WallPage"));
const Heatmap = lazy(() => import("@/features/heatmap/HeatmapPage"));
const DeviceHeatmap = lazy(() => import("@/features/heatmap/DeviceHeatmapPage"));
const Player = lazy(() => import("@/features/player/PlayerPage"));
const Hosts = lazy(() => import("@/features/hosts/HostsPage"));
const Host = lazy(() => import("@/features/hosts/HostPage"));
const Users = lazy(() => import("@/features/users/UsersPage"));

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        retry: (failures, error) => error instanceof ApiError && error.mayPass && failures < 2,
        retryDelay: (attempt) => 1_000 * 2 ** attempt,
      },
    },
  });
}

/** Providers and addresses. */
export function App() {
  const [client] = useState(newQueryClient);
  return (
    <MantineProvider theme={theme} defaultColorScheme="dark">
      <QueryClientProvider client={client}>
        <ZoneProvider>
          <BrowserRouter>
            <Suspense fallback={<Loading what="the page" />}>
              <Routes>
                <Route path="/sign-in" element={<SignIn />} />
                <Route element={<SignedIn />}>
                  <Route index element={<Navigate to="/wall" replace />} />
                  <Route element={<Permitted permission="archive:read" />}>
                    <Route path="/wall" element={<Wall />} />
                    <Route path="/heatmap" element={<Heatmap />} />
                    <Route path="/heatmap/:host/:device" element={<DeviceHeatmap />} />
                    <Route path="/devices/:host/:device" element={<Player />} />
                  </Route>
                  <Route element={<Permitted permission="hosts:read" />}>
                    <Route path="/hosts" element={<Hosts />} />
                    <Route path="/hosts/:host" element={<Host />} />
                  </Route>
                  <Route element={<Permitted permission="users:admin" />}>
                    <Route path="/users" element={<Users />} />
                  </Route>
                  <Route path="*" element={<NotFound />} />
                </Route>
              </Routes>
            </Suspense>
          </BrowserRouter>
        </ZoneProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** The frame around pages of people who are signed in; others are sent to sign in, and back afterwards. */
function SignedIn() {
  const me = useQuery(meQuery);
  const client = useQueryClient();
  const location = useLocation();
  useEffect(() => onSignedOut(() => client.setQueryData(meQuery.queryKey, null)), [client]);
  if (me.data === undefined) {
    return me.isError ? (
      <Failed error={me.error} retry={() => void me.refetch()} />
    ) : (
      <Loading what="the gateway" />
    );
  }
  if (me.data === null) {
    const here = location.pathname + location.search;
    return <Navigate to={here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`} replace />;
  }
  return (
    <MeProvider me={me.data}>
      <Frame>
        <Suspense fallback={<Loading what="the page" />}>
          <Outlet />
        </Suspense>
      </Frame>
    </MeProvider>
  );
}

function Permitted({ permission }: { permission: string }) {
  return useMay(permission) ? <Outlet /> : <NotFound />;
}
