import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { Pager } from "@/components/list/Pager";
import { NotRenewed } from "@/components/NotRenewed";
import { Empty, Failed, Loading } from "@/components/PageState";
import { CaptionedTable } from "./CaptionedTable";
import { captionedCamerasQuery } from "./captionQueries";
import { type Changes, camerasWantedOf, isNarrowed, PAGE_SIZE, pageOf, WITHOUT_FILTERS } from "./listed";

/** The cameras that an address asks for, with what is cached and stored of them. */
export function CaptionedCameras({
  address,
  set,
}: {
  address: URLSearchParams;
  set: (changes: Changes) => void;
}) {
  const page = pageOf(address);
  const cameras = useQuery(captionedCamerasQuery(camerasWantedOf(address), page));
  if (cameras.data === undefined) {
    return cameras.isError ? (
      <Failed error={cameras.error} retry={() => void cameras.refetch()} />
    ) : (
      <Loading what="the cameras" />
    );
  }
  const { data, meta } = cameras.data;
  if (data.length === 0) {
    return isNarrowed(address) || page > 1 ? (
      <Empty title={meta.total === 0 ? "No camera is like that" : "There is no camera on this page"}>
        <Button variant="default" onClick={() => set({ ...WITHOUT_FILTERS, page: null })}>
          Show all cameras
        </Button>
      </Empty>
    ) : (
      <Empty title="No camera yet">
        Captions belong to cameras of the catalogue. <Link to="/cameras">Look at the cameras</Link>.
      </Empty>
    );
  }
  return (
    <>
      <NotRenewed query={cameras} />
      <CaptionedTable cameras={data} isOld={cameras.isPlaceholderData} />
      <Pager
        page={page}
        pageSize={PAGE_SIZE}
        shown={data.length}
        total={meta.total}
        onPage={(next) => set({ page: next === 1 ? null : String(next) })}
      />
    </>
  );
}
