import { Button } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { PAGE_SIZE, rangeText } from "./listed";
import classes from "./Pages.module.css";

/** Which part of the list is shown, and the ways to the others. */
export function Pages({
  page,
  shown,
  total,
  onPage,
}: {
  page: number;
  shown: number;
  total: number;
  onPage: (page: number) => void;
}) {
  const isOnly = page === 1 && total <= PAGE_SIZE;
  return (
    <nav className={classes.pages} aria-label="Pages of the list">
      <span className="tabular">{rangeText(page, shown, total)}</span>
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
            disabled={page * PAGE_SIZE >= total}
            onClick={() => onPage(page + 1)}
          >
            Next
          </Button>
        </>
      )}
    </nav>
  );
}
