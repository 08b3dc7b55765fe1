import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";

/** The head of a column that sorts: `sort` is "name" or "-name" where it is by this one. */
export function SortHead({
  column,
  label,
  sort,
  onSort,
}: {
  column: string;
  label: string;
  sort: string;
  onSort: () => void;
}) {
  const order = sort === column ? "ascending" : sort === `-${column}` ? "descending" : "none";
  return (
    <th scope="col" aria-sort={order}>
      <button type="button" onClick={onSort}>
        {label}
        {order === "ascending" && <IconChevronUp size={14} aria-hidden />}
        {order === "descending" && <IconChevronDown size={14} aria-hidden />}
      </button>
    </th>
  );
}
