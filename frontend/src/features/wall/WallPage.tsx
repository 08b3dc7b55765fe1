import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { devicesQuery, hostsQuery } from "@/api/queries";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { remember, remembered } from "@/lib/stored";
import { FrameFeed } from "./feed/frameFeed";
import { TileStore } from "./feed/tileStore";
import { arranged, clampedPage, pageCount, pageOf, swapped } from "./layout/arrangement";
import { LayoutPicker } from "./layout/LayoutPicker";
import { layoutFor, layoutOf } from "./layout/layouts";
import { LiveChoice } from "./live/liveChoice";
import { tileDevices } from "./tiles/tileDevices";
import { WallContext, type WallParts } from "./tiles/WallContext";
import { devicesOf, keyOf, selectionOf, tabsOf, wallPath } from "./views/selection";
import { WallGrid } from "./WallGrid";
import classes from "./WallPage.module.css";

function newParts(): WallParts {
  const store = new TileStore();
  return { store, feed: new FrameFeed(store), live: new LiveChoice() };
}

/** Every device at once, with pictures of now. */
export default function WallPage() {
  const [parts] = useState(newParts);
  const [query] = useSearchParams();
  const selection = selectionOf(query);
  const key = keyOf(selection);
  const devices = useQuery(devicesQuery);
  const hosts = useQuery(hostsQuery);
  const [layoutId, setLayoutId] = useState<string | null>(() => remembered(`wall.layout.${key}`));
  const [order, setOrder] = useState<string[]>([]);
  useEffect(() => parts.feed.start(), [parts]);
  const byName = useMemo(() => tileDevices(devices.data ?? [], hosts.data ?? []), [devices.data, hosts.data]);

  if (devices.data === undefined)
    return (
      <>
        <PageHeading title="Wall" />
        {devices.isError ? (
          <Failed error={devices.error} retry={() => void devices.refetch()} />
        ) : (
          <Loading what="the devices" />
        )}
      </>
    );
  const tiles = arranged(
    devicesOf(selection, devices.data).map((device) => device.full_name),
    order,
  );
  const layout = layoutOf(layoutId) ?? layoutFor(tiles.length);
  const page = clampedPage(0, pageCount(tiles, layout.tiles));
  const tabs = tabsOf(devices.data, []);
  return (
    <WallContext value={parts}>
      <PageHeading title="Wall" detail={tabs.find((tab) => tab.key === key)?.label} />
      <div className={classes.wall}>
        <div className={classes.bar}>
          <nav aria-label="Views" className={classes.tabs}>
            {tabs.map((tab) => (
              <Link
                key={tab.key}
                to={wallPath(tab.selection)}
                className={classes.tab}
                aria-current={tab.key === key ? "page" : undefined}
              >
                {tab.label} <span>{tab.count}</span>
              </Link>
            ))}
          </nav>
          <LayoutPicker
            chosen={layout}
            onChoose={({ id }) => {
              setLayoutId(id);
              remember(`wall.layout.${key}`, id);
            }}
          />
        </div>
        {devices.data.length === 0 ? (
          <Empty title="There are no devices yet.">
            Devices appear here when a host has been enrolled. <Link to="/hosts">Enrol a host</Link>
          </Empty>
        ) : (
          <WallGrid
            layout={layout}
            tiles={pageOf(tiles, layout.tiles, page)}
            devices={byName}
            onMove={(from, to) =>
              setOrder(
                swapped(tiles, page * layout.tiles + from, page * layout.tiles + to).filter(
                  (n) => n !== null,
                ),
              )
            }
          />
        )}
      </div>
    </WallContext>
  );
}
