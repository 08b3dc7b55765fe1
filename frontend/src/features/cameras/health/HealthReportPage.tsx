import { Button, NativeSelect, SegmentedControl } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { groupsQuery } from "@/api/queries";
import { Pager } from "@/components/list/Pager";
import { SortHead } from "@/components/list/SortHead";
import table from "@/components/list/Table.module.css";
import { NotRenewed } from "@/components/NotRenewed";
import { notify } from "@/components/notify";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { CameraMark } from "@/components/StateMark";
import { CameraTabs } from "@/features/cameras/CameraTabs";
import { latencyText } from "@/features/cameras/cameraFacts";
import { summaryQuery } from "@/features/cameras/cameraQueries";
import type { CameraHealthReport } from "@/features/cameras/cameraTypes";
import { cameraPath } from "@/lib/cameraAddress";
import { count, duration } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { saveFrom } from "@/lib/saveAs";
import classes from "./HealthReportPage.module.css";
import { type ReportOf, reportFilePath, reportQuery } from "./healthQueries";
import { reasonText, uptimeText } from "./outages";
import { PERIOD_WORDS, PERIODS, type PeriodName, periodNameOf } from "./periods";
import { type ReportSortKey, reportSortOf, sortedRows, sumsOf } from "./reportRows";

const PAGE_SIZE = 50;

/** How all cameras did in a period: uptime, outages, latency. */
export default function HealthReportPage() {
  const [address, setAddress] = useSearchParams();
  const set = (name: string, value: string) =>
    setAddress(
      (was) => {
        const next = new URLSearchParams(was);
        if (value === "") next.delete(name);
        else next.set(name, value);
        if (name !== "page") next.delete("page");
        return next;
      },
      { replace: name !== "page" },
    );
  const asked: ReportOf = {
    period: periodNameOf(address.get("period")),
    ...(address.get("group") !== null && { group_id: address.get("group") ?? "" }),
    ...(address.get("host") !== null && { host_id: address.get("host") ?? "" }),
  };
  const report = useQuery(reportQuery(asked));
  return (
    <>
      <PageHeading title="Camera health" />
      <CameraTabs>
        <DownloadButton of={asked} />
      </CameraTabs>
      <Filters address={address} period={asked.period} set={set} />
      <NotRenewed query={report} />
      {report.data === undefined ? (
        report.isError ? (
          <Failed error={report.error} retry={() => void report.refetch()} />
        ) : (
          <Loading what="the report" />
        )
      ) : report.data.cameras.length === 0 ? (
        <Empty title="There is no camera to report on">
          {asked.group_id !== undefined || asked.host_id !== undefined ? (
            <Button variant="default" onClick={() => setAddress({}, { replace: true })}>
              Report on all cameras
            </Button>
          ) : (
            <p>Once there are cameras, each is checked once a minute, and this page says how they did.</p>
          )}
        </Empty>
      ) : (
        <Report rows={report.data.cameras} address={address} isOld={report.isPlaceholderData} set={set} />
      )}
    </>
  );
}

function DownloadButton({ of }: { of: ReportOf }) {
  const saving = useMutation({
    mutationFn: () => saveFrom(reportFilePath(of), "camera_health.csv"),
    onError: (error) =>
      notify({ title: "The report could not be saved", message: problemOf(error), kind: "problem" }),
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
      loading={saving.isPending}
      onClick={() => saving.mutate()}
    >
      Download as CSV
    </Button>
  );
}

function Filters({
  address,
  period,
  set,
}: {
  address: URLSearchParams;
  period: PeriodName;
  set: (name: string, value: string) => void;
}) {
  const groups = useQuery(groupsQuery);
  const { data: summary } = useQuery(summaryQuery);
  const hosts = (summary?.by_host ?? []).flatMap(({ host_id, host }) =>
    host_id === null || host === null ? [] : [{ value: host_id, label: host }],
  );
  return (
    <search className={classes.bar} aria-label="Report">
      <SegmentedControl
        size="xs"
        aria-label="Period"
        value={period}
        onChange={(value) => set("period", value)}
        data={PERIODS.map((value) => ({ value, label: PERIOD_WORDS[value] }))}
      />
      <NativeSelect
        size="xs"
        aria-label="Group"
        value={address.get("group") ?? ""}
        onChange={(event) => set("group", event.currentTarget.value)}
        data={[
          { value: "", label: "All groups" },
          ...(groups.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label="Host"
        value={address.get("host") ?? ""}
        onChange={(event) => set("host", event.currentTarget.value)}
        data={[{ value: "", label: "All hosts" }, ...hosts]}
      />
    </search>
  );
}

function Report({
  rows,
  address,
  isOld,
  set,
}: {
  rows: readonly CameraHealthReport[];
  address: URLSearchParams;
  isOld: boolean;
  set: (name: string, value: string) => void;
}) {
  const sort = reportSortOf(address.get("sort"));
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_SIZE));
  const page = Math.min(pages, Math.max(1, Math.trunc(Number(address.get("page") ?? "1")) || 1));
  const shown = sortedRows(rows, sort).slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const { checked, withOutage, uptime } = sumsOf(rows);
  const head = (key: ReportSortKey, label: string) => (
    <SortHead
      column={key}
      label={label}
      sort={sort}
      onSort={() => set("sort", sort === key ? `-${key}` : key)}
    />
  );
  return (
    <>
      <p className={classes.sums}>
        {count(checked, "camera")} checked, {withOutage} with an outage
        {uptime !== null && <>, {uptimeText(uptime)} uptime on average</>}
      </p>
      <table className={`${table.table} ${classes.table}`} data-old={isOld}>
        <thead>
          <tr>
            {head("name", "Camera")}
            <th scope="col">Now</th>
            {head("uptime", "Uptime")}
            {head("outages", "Outages")}
            {head("down", "Down for")}
            {head("latency", "Latency (half, 95 %)")}
            <th scope="col">Last outage</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <Row key={row.camera_id} row={row} />
          ))}
        </tbody>
      </table>
      <Pager
        page={page}
        pageSize={PAGE_SIZE}
        shown={shown.length}
        total={rows.length}
        onPage={(number) => set("page", number === 1 ? "" : String(number))}
      />
    </>
  );
}

function Row({ row }: { row: CameraHealthReport }) {
  const last = row.outages[0];
  const { p50, p95 } = row.latency_ms;
  const places = [row.host, row.group].filter((one) => one !== null).join(" · ");
  return (
    <tr>
      <th scope="row" className={classes.name}>
        <Link to={cameraPath({ id: row.camera_id, external_id: row.external_id })}>{row.name}</Link>
        {places !== "" && <span>{places}</span>}
      </th>
      <td data-label="Now">
        <CameraMark state={row.status} />
      </td>
      <td data-label="Uptime">{row.checks === 0 ? "Not checked" : uptimeText(row.uptime_percent)}</td>
      <td data-label="Outages">{row.outages_total === 0 ? "None" : row.outages_total}</td>
      <td data-label="Down for">{row.outage_seconds === 0 ? "" : duration(row.outage_seconds * 1000)}</td>
      <td data-label="Latency">
        {p50 === null || p95 === null ? (
          <span className={table.quiet}>Not measured</span>
        ) : (
          `${latencyText(p50)}, ${latencyText(p95)}`
        )}
      </td>
      <td className={classes.reason}>{last !== undefined && reasonText(last)}</td>
    </tr>
  );
}
