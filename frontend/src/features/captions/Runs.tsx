import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Pager } from "@/components/list/Pager";
import { NotRenewed } from "@/components/NotRenewed";
import { Empty, Failed, Loading } from "@/components/PageState";
import { runsQuery } from "./captionQueries";
import { type Changes, isNarrowed, PAGE_SIZE, pageOf, runsWantedOf, WITHOUT_FILTERS } from "./listed";
import { RunsTable } from "./RunsTable";

/** What became of captions, as an address asks for it. */
export function Runs({ address, set }: { address: URLSearchParams; set: (changes: Changes) => void }) {
  const page = pageOf(address);
  const runs = useQuery(runsQuery(runsWantedOf(address), page));
  if (runs.data === undefined) {
    return runs.isError ? (
      <Failed error={runs.error} retry={() => void runs.refetch()} />
    ) : (
      <Loading what="the history" />
    );
  }
  const { data, meta } = runs.data;
  if (data.length === 0) {
    return isNarrowed(address) || page > 1 ? (
      <Empty title={meta.total === 0 ? "Nothing like that was done" : "There is nothing on this page"}>
        <Button variant="default" onClick={() => set({ ...WITHOUT_FILTERS, page: null })}>
          Show the whole history
        </Button>
      </Empty>
    ) : (
      <Empty title="No caption has become an event yet">
        That happens shortly before captions leave the cache, about two hours after they came.
      </Empty>
    );
  }
  return (
    <>
      <NotRenewed query={runs} />
      <RunsTable runs={data} isOld={runs.isPlaceholderData} />
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
