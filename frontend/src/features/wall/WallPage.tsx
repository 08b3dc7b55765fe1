import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { devicesQuery } from "@/api/queries";
import { PageHeading } from "@/components/PageHeading";
import { Failed, Loading } from "@/components/PageState";
import { remember, remembered } from "@/lib/stored";
import { FrameFeed } from "./feed/frameFeed";
import { TileStore } from "./feed/tileStore";
import { layoutFor, NARROW_LAYOUTS } from "./layout/layouts";
import { LiveChoice } from "./live/liveChoice";
import { WallContext, type WallParts } from "./tiles/WallContext";
import { viewsQuery } from "./views/queries";
import { selectionOf } from "./views/selection";
import { NARROW, Wall } from "./Wall";
import { TileRoom } from "./WallGrid";
import gridClasses from "./WallGrid.module.css";
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
  const devices = useQuery(devicesQuery);
  const views = useQuery(viewsQuery);
  useEffect(() => parts.feed.start(), [parts]);
  const count = devices.data?.length;
  useEffect(() => {
    if (count !== undefined) remember(COUNT_KEY, String(count));
  }, [count]);

  // A wall without its views is better than none, unless it is one of them that is asked for.
  const needed = [devices, ...(selection.kind === "view" ? [views] : [])];
  const failed = needed.find((one) => one.data === undefined && one.isError);
  if (failed !== undefined)
    return (
      <>
        <PageHeading title="Wall" />
        <Failed error={failed.error} retry={() => needed.forEach((one) => void one.refetch())} />
      </>
    );
  if (devices.data === undefined || needed.some((one) => one.data === undefined)) return <Waiting />;
  return (
    <WallContext value={parts}>
      <Wall selection={selection} devices={devices.data} views={views.data ?? []} />
    </WallContext>
  );
}

const COUNT_KEY = "wall.devices";

/** Places for tiles where they will be, as many as there were the last time. */
function Waiting() {
  const isNarrow = useMediaQuery(NARROW) ?? false;
  const [firstNarrow] = NARROW_LAYOUTS;
  const layout =
    (isNarrow ? firstNarrow : undefined) ?? layoutFor(Number.parseInt(remembered(COUNT_KEY) ?? "9", 10) || 9);
  return (
    <div className={classes.wall}>
      <PageHeading title="Wall" />
      <div className={classes.barPlace} />
      <div className={classes.waiting}>
        <TileRoom layout={layout} isNarrow={isNarrow}>
          {(style) => (
            <div className={gridClasses.tiles} style={style} aria-hidden>
              {Array.from({ length: isNarrow ? 4 : layout.tiles }, (_, index) => (
                <div
                  // biome-ignore lint/suspicious/noArrayIndexKey: places that are all alike
                  key={index}
                  className={classes.tilePlace}
                  data-large={(layout.isFirstLarge && index === 0) || undefined}
                />
              ))}
            </div>
          )}
        </TileRoom>
        <div className={classes.words}>
          <Loading what="the devices" />
        </div>
      </div>
    </div>
  );
}
