import { NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type ReactNode, useRef } from "react";
import { useShortcuts } from "@/components/shortcuts/useShortcuts";
import classes from "./Controls.module.css";
import { type Filter, type Row, SORTS, type Sort } from "./rows";
import { ZoomControls } from "./ZoomControls";

const SORT_WORDS: Record<Sort, string> = { name: "Name", activity: "Activity", trouble: "Trouble" };

/** Which rows are shown, in which order, how wide. `rows`: all, for the choices. */
export function FleetControls(props: {
  rows: readonly Row[];
  filter: Filter;
  onFilter: (change: Partial<Filter>) => void;
  sort: Sort;
  onSort: (sort: Sort) => void;
  zoom: number;
  onZoom: (zoom: number) => void;
  /** What is searched for in the minutes. */
  search: ReactNode;
  children: ReactNode;
}) {
  const { rows, filter, onFilter, sort, onSort, zoom, onZoom, search, children } = props;
  const filterField = useRef<HTMLInputElement>(null);
  useShortcuts("Heatmap's rows", [
    {
      keys: "F",
      label: "Filter devices",
      action: (event) => {
        event.preventDefault(); // or the letter is typed into the field
        filterField.current?.focus();
      },
      once: true,
    },
  ]);
  const groups = new Map(
    rows.flatMap((row) => (row.groupId === null ? [] : [[row.groupId, row.group ?? row.groupId]])),
  );
  const hosts = [...new Set(rows.map((row) => row.host))].sort();
  return (
    <search className={classes.controls} aria-label="What is shown">
      {children}
      {(groups.size > 0 || filter.group !== "") && (
        <NativeSelect
          size="xs"
          aria-label="Group"
          value={filter.group}
          onChange={(event) => onFilter({ group: event.currentTarget.value })}
          data={[
            { value: "", label: "All groups" },
            ...[...groups].map(([value, label]) => ({ value, label })),
          ]}
        />
      )}
      {(hosts.length > 1 || filter.host !== "") && (
        <NativeSelect
          size="xs"
          aria-label="Host"
          value={filter.host}
          onChange={(event) => onFilter({ host: event.currentTarget.value })}
          data={[{ value: "", label: "All hosts" }, ...hosts]}
        />
      )}
      {search}
      <span className={classes.spring} />
      <TextInput
        className={classes.filter ?? ""}
        size="xs"
        type="search"
        aria-label="Filter devices"
        ref={filterField}
        placeholder="Filter devices"
        leftSection={<IconSearch size={14} stroke={1.75} />}
        value={filter.text}
        onChange={(event) => onFilter({ text: event.currentTarget.value })}
      />
      <ZoomControls zoom={zoom} onZoom={onZoom} />
      <div className={classes.sorting}>
        <span>Sort by</span>
        <SegmentedControl
          size="xs"
          aria-label="Sort by"
          value={sort}
          onChange={(value) => onSort(SORTS.find((one) => one === value) ?? "trouble")}
          data={SORTS.map((value) => ({ value, label: SORT_WORDS[value] }))}
        />
      </div>
    </search>
  );
}
