import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Fragment, lazy, type ReactNode, Suspense, useState } from "react";
import { BrowserRouter, Navigate, Outlet, Route, Routes, useLocation } from "react-router";
import { ApiError } from "@/api/errors";
import { Loading } from "@/components/PageState";
import { useMay } from "@/lib/session";
import { ZoneProvider } from "@/lib/ZoneContext";
import { NotFound } from "./NotFound";
import { Notices } from "./Notices";
import { PageBoundary } from "./PageBoundary";
import { SignedIn } from "./SignedIn";
import { theme } from "./theme";

const SignIn = lazy(() => import("@/features/sign-in/SignInPage"));
const Wall = lazy(() => import("@/features/wall/WallPage"));
const Heatmap = lazy(() => import("@/features/heatmap/HeatmapPage"));
const DeviceHeatmap = lazy(() => import("@/features/heatmap/DeviceHeatmapPage"));
const Player = lazy(() => import("@/features/player/PlayerPage"));
const Events = lazy(() => import("@/features/events/EventsPage"));
const EventLink = lazy(() => import("@/features/events/EventLink"));
const Hosts = lazy(() => import("@/features/hosts/HostsPage"));
const Host = lazy(() => import("@/features/hosts/HostPage"));
const Cameras = lazy(() => import("@/features/cameras/list/CamerasPage"));
const Camera = lazy(() => import("@/features/cameras/detail/CameraPage"));
const CameraHealth = lazy(() => import("@/features/cameras/health/HealthReportPage"));
const ImportCameras = lazy(() => import("@/features/cameras/transfer/ImportPage"));
const Groups = lazy(() => import("@/features/cameras/groups/GroupsPage"));
const JobsFrame = lazy(() => import("@/features/jobs/JobsFrame"));
const Jobs = lazy(() => import("@/features/jobs/JobsPage"));
const CaptionMigration = lazy(() => import("@/features/captions/CaptionsPage"));
const CameraCaptions = lazy(() => import("@/features/captions/CameraCaptionsPage"));
const CaptionsCard = lazy(() => import("@/features/captions/CaptionsCard"));
const Users = lazy(() => import("@/features/users/UsersPage"));
const Audit = lazy(() => import("@/features/audit/AuditPage"));

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
            <PageBoundary page="">
              <Suspense fallback={<Loading what="the page" />}>
                <Routes>
                  <Route path="/sign-in" element={<SignIn />} />
                  <Route element={<SignedIn />}>
                    <Route index element={<Navigate to="/wall" replace />} />
                    <Route element={<Permitted permission="archive:read" />}>
                      <Route path="/wall" element={<Wall />} />
                      <Route path="/heatmap" element={<Heatmap />} />
                      <Route path="/heatmap/:host/:device" element={<Anew page={<DeviceHeatmap />} />} />
                      <Route path="/devices/:host/:device" element={<Player />} />
                    </Route>
                    <Route element={<Permitted permission="captions:read" />}>
                      <Route path="/events" element={<Events />} />
                      <Route path="/events/:eventId" element={<EventLink />} />
                    </Route>
                    <Route element={<Permitted permission="hosts:read" />}>
                      <Route path="/hosts" element={<Hosts />} />
                      <Route path="/hosts/:host" element={<Anew page={<Host />} />} />
                    </Route>
                    <Route element={<Permitted permission="cameras:read" />}>
                      <Route path="/cameras" element={<Cameras />} />
                      <Route path="/cameras/health" element={<CameraHealth />} />
                      <Route element={<Permitted permission="cameras:write" />}>
                        <Route path="/cameras/import" element={<ImportCameras />} />
                      </Route>
                      <Route
                        path="/cameras/:camera"
                        element={
                          <Anew page={<Camera captions={(camera) => <CaptionsCard camera={camera} />} />} />
                        }
                      />
                      <Route element={<Permitted permission="captions:read" />}>
                        <Route
                          path="/cameras/:camera/captions"
                          element={<Anew page={<CameraCaptions />} />}
                        />
                      </Route>
                      <Route path="/groups" element={<Groups />} />
                    </Route>
                    <Route element={<Permitted permission="jobs:read" />}>
                      <Route path="/jobs" element={<JobsFrame />}>
                        <Route index element={<Jobs />} />
                        <Route element={<Permitted permission="captions:read" />}>
                          <Route path="captions" element={<CaptionMigration />} />
                        </Route>
                      </Route>
                    </Route>
                    <Route element={<Permitted permission="users:admin" />}>
                      <Route path="/users" element={<Users />} />
                    </Route>
                    <Route element={<Permitted permission="audit:read" />}>
                      <Route path="/audit" element={<Audit />} />
                    </Route>
                    <Route path="*" element={<NotFound />} />
                  </Route>
                </Routes>
              </Suspense>
            </PageBoundary>
            <Notices />
          </BrowserRouter>
        </ZoneProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** A page that begins anew where its address comes to name another device, camera or host: nothing is left of that. */
function Anew({ page }: { page: ReactNode }) {
  return <Fragment key={useLocation().pathname}>{page}</Fragment>;
}

function Permitted({ permission }: { permission: string }) {
  return useMay(permission) ? <Outlet /> : <NotFound />;
}
