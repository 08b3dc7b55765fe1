import { Button, NativeSelect } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import classes from "./Pager.module.css";
import { rangeText } from "./range";

/** Which part of a list is shown, and the ways to the others; with `sizes`, how many there are on a page. */
export function Pager({
  page,
  pageSize,
  shown,
  total,
  onPage,
  sizes,
  onSize,
}: {
  page: number;
  pageSize: number;
  shown: number;
  total: number;
  onPage: (page: number) => void;
  sizes?: readonly number[];
  onSize?: (size: number) => void;
}) {
  const isOnly = page === 1 && total <= pageSize;
  return (
    <nav className={classes.pages} aria-label="Pages of the list">
      {sizes !== undefined && onSize !== undefined && total > Math.min(...sizes) && (
        <NativeSelect
          size="xs"
          aria-label="On a page"
          value={String(pageSize)}
          onChange={(event) => onSize(Number(event.currentTarget.value))}
          data={sizes.map((size) => ({ value: String(size), label: `${size} a page` }))}
        />
      )}
      <span className="tabular">{rangeText(page, pageSize, shown, total)}</span>
      {!isOnly && (
        <>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconChevronLeft size={14} aria-hidden />}
            disabled={page === 1}
            onClick={() => onPage(page - 1)}
          >
            Previous
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            rightSection={<IconChevronRight size={14} aria-hidden />}
            disabled={page * pageSize >= total}
            onClick={() => onPage(page + 1)}
          >
            Next
          </Button>
        </>
      )}
    </nav>
  );
}
