import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import { hostsQuery } from "@/api/queries";
import type { Device, WallView } from "@/api/types";
import { PageHeading } from "@/components/PageHeading";
import { Empty } from "@/components/PageState";
import { useShortcuts } from "@/components/shortcuts/useShortcuts";
import { useMay } from "@/lib/session";
import { remember, remembered } from "@/lib/stored";
import { LeaveKiosk } from "./LeaveKiosk";
import { clampedPage, devicesIn, pageCount, pageOf } from "./layout/arrangement";
import { LAYOUTS, layoutOf, NARROW_LAYOUTS } from "./layout/layouts";
import { savedOf } from "./layout/savedLayout";
import { WallNotices } from "./notices/WallNotices";
import { toggleFullScreen } from "./tiles/fullScreen";
import { tileDevices } from "./tiles/tileDevices";
import { useKioskAddress } from "./useKioskAddress";
import { keyOf, type Selection, tabsOf, wallPath } from "./views/selection";
import { useArrangement } from "./views/useArrangement";
import { ViewControls } from "./views/ViewControls";
import { ViewTabs } from "./views/ViewTabs";
import { WallBar } from "./WallBar";
import { WallCounts } from "./WallCounts";
import { WallGrid } from "./WallGrid";
import classes from "./WallPage.module.css";

const ViewDialog = lazy(() => import("./views/ViewDialog"));

export const NARROW = "(max-width: 640px)";
const NARROW_LAYOUT_KEY = "wall.narrow";

/** The wall of a selection: bar, notices, and one screen of tiles. */
export function Wall({
  selection,
  devices,
  views,
}: {
  selection: Selection;
  devices: readonly Device[];
  views: readonly WallView[];
}) {
  const navigate = useNavigate();
  const key = keyOf(selection);
  const view = selection.kind === "view" ? (views.find(({ id }) => id === selection.viewId) ?? null) : null;
  const hosts = useQuery({ ...hostsQuery, enabled: useMay("hosts:read") });
  const byName = useMemo(() => tileDevices(devices, hosts.data ?? []), [devices, hosts.data]);
  const arrangement = useArrangement(selection, devices, view);
  const { tiles, swap, takeOut } = arrangement;
  const isNarrow = useMediaQuery(NARROW) ?? false;
  const [narrowId, setNarrowId] = useState(() => remembered(NARROW_LAYOUT_KEY));
  const [firstNarrow] = NARROW_LAYOUTS;
  const layout =
    (isNarrow ? (layoutOf(NARROW_LAYOUTS, narrowId) ?? firstNarrow) : undefined) ?? arrangement.layout;
  const [turned, setTurned] = useState({ key, page: 0 });
  const pages = pageCount(tiles, layout.tiles);
  const page = turned.key === key ? clampedPage(turned.page, pages) : 0;
  const setPage = (to: number) => setTurned({ key, page: clampedPage(to, pages) });
  const first = page * layout.tiles;
  const screen = pageOf(tiles, layout.tiles, page);
  const [dialog, setDialog] = useState<"new" | "edit" | null>(null);
  const { isKiosk, enterKiosk, leaveKiosk } = useKioskAddress();
  const fullScreen = () => void toggleFullScreen(document.documentElement);
  useShortcuts("Wall", [
    {
      keys: "K",
      label: "Kiosk: tiles only, and back",
      action: isKiosk ? leaveKiosk : enterKiosk,
      once: true,
    },
    { keys: "F", label: "Full screen, and back", action: fullScreen, once: true },
    { keys: "PageDown", label: "Next screen", action: () => setPage(page + 1) },
    { keys: "PageUp", label: "Previous screen", action: () => setPage(page - 1) },
  ]);

  const tabs = tabsOf(devices, views);
  const names = devicesIn(tiles);
  const onWall = new Set(names);
  const shown = devices.filter(({ full_name }) => onWall.has(full_name));
  return (
    <div className={classes.wall} data-kiosk={isKiosk || undefined}>
      <PageHeading title="Wall" detail={tabs.find((tab) => tab.key === key)?.label} />
      {isKiosk ? (
        <LeaveKiosk onLeave={leaveKiosk} />
      ) : (
        <WallBar
          views={
            <>
              <ViewTabs tabs={tabs} current={key} onAdd={() => setDialog("new")} />
              {view !== null && (
                <ViewControls
                  key={view.id}
                  view={view}
                  layout={savedOf(arrangement.layout, tiles)}
                  isRearranged={arrangement.isChanged}
                  onDiscard={arrangement.reset}
                  onEdit={() => setDialog("edit")}
                  onDeleted={() => void navigate("/wall", { replace: true })}
                />
              )}
            </>
          }
          counts={<WallCounts names={names} onScreen={screen} devices={devices} />}
          layouts={isNarrow ? NARROW_LAYOUTS : LAYOUTS}
          layout={layout}
          onLayout={(chosen) => {
            if (isNarrow) {
              remember(NARROW_LAYOUT_KEY, chosen.id);
              setNarrowId(chosen.id);
            } else arrangement.setLayout(chosen);
          }}
          page={page}
          pages={pages}
          onPage={setPage}
          onKiosk={enterKiosk}
          onFullScreen={fullScreen}
        />
      )}
      <WallNotices devices={shown} />
      {names.length === 0 ? (
        <NothingToShow selection={selection} isThere={view !== null} hasDevices={devices.length > 0} />
      ) : (
        <WallGrid
          key={key}
          layout={layout}
          isNarrow={isNarrow}
          tiles={screen}
          devices={byName}
          onMove={(from, to) => swap(first + from, first + to)}
          onTakeOut={view === null ? null : (place) => takeOut(first + place)}
        />
      )}
      {dialog !== null && (
        <Suspense fallback={null}>
          <ViewDialog
            view={dialog === "edit" ? view : null}
            tiles={tiles}
            layout={arrangement.layout}
            devices={devices}
            onClose={() => setDialog(null)}
            onSaved={(saved) => {
              setDialog(null);
              arrangement.reset();
              void navigate(wallPath({ kind: "view", viewId: saved.id }));
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

function NothingToShow({
  selection,
  isThere,
  hasDevices,
}: {
  selection: Selection;
  isThere: boolean;
  hasDevices: boolean;
}) {
  const mayEnrol = useMay("hosts:enrol");
  if (!hasDevices)
    return (
      <Empty title="There are no devices yet.">
        A device appears here as soon as its host reports.{" "}
        {mayEnrol ? (
          <Link to="/hosts">Enrol a host</Link>
        ) : (
          "Ask your admin which cameras your account may see."
        )}
      </Empty>
    );
  const title =
    selection.kind === "view"
      ? isThere
        ? "None of this view's devices is there, or you may not see them."
        : "There is no such view any more, or it is not shared with you."
      : "There are no devices here.";
  return (
    <Empty title={title}>
      <Link to="/wall">Show all devices</Link>
    </Empty>
  );
}
