import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { serverNow } from "@/api/serverClock";
import { Pager } from "@/components/list/Pager";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { count } from "@/lib/format";
import { useZone } from "@/lib/ZoneContext";
import classes from "./AuditPage.module.css";
import { AuditTable } from "./AuditTable";
import { AuditToolbar } from "./AuditToolbar";
import { auditQuery, type Entry } from "./auditQueries";
import { EntryDrawer } from "./EntryDrawer";
import { FILTERS, type Filter, PAGE_SIZE, pageOf, wantedOf, withFilters } from "./listed";

/** Who did what, to what, when and from where. */
export default function AuditPage() {
  const [address, setAddress] = useSearchParams();
  const { zone } = useZone();
  // Where a period ends is settled when it is chosen, so that its pages belong together.
  const wanted = useMemo(() => wantedOf(address, serverNow(), zone), [address, zone]);
  const page = pageOf(address);
  const entries = useQuery(auditQuery(wanted, page));
  const [shown, setShown] = useState<Entry | null>(null);
  const set = (changes: Partial<Record<Filter | "page", string | null>>) =>
    setAddress((was) => withFilters(was, changes), { replace: true });
  const isFiltered = FILTERS.some((name) => address.has(name));
  const total = entries.data?.meta.total;
  return (
    <div className={classes.page}>
      <PageHeading
        title="Audit"
        detail={total === undefined ? undefined : count(total, "entry", "entries")}
      />
      <AuditToolbar
        address={address}
        wanted={wanted}
        doer={entries.data?.data.find(({ user_id }) => user_id === wanted.user)?.username}
        set={set}
      />
      {entries.data === undefined ? (
        entries.isError ? (
          <Failed error={entries.error} retry={() => void entries.refetch()} />
        ) : (
          <Loading what="the audit log" />
        )
      ) : entries.data.data.length === 0 ? (
        <Empty title={isFiltered ? "Nothing like that was done." : "There is nothing on this page."}>
          <Button variant="default" onClick={() => setAddress({}, { replace: true })}>
            Show everything
          </Button>
        </Empty>
      ) : (
        <>
          <AuditTable entries={entries.data.data} isOld={entries.isPlaceholderData} onShow={setShown} />
          <Pager
            page={page}
            pageSize={PAGE_SIZE}
            shown={entries.data.data.length}
            total={entries.data.meta.total}
            onPage={(next) => set({ page: next === 1 ? null : String(next) })}
          />
        </>
      )}
      <EntryDrawer entry={shown} onClose={() => setShown(null)} onFilter={set} />
    </div>
  );
}
