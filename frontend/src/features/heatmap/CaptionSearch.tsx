import { CloseButton } from "@mantine/core";
import { useRef } from "react";
import { SearchField } from "@/components/list/SearchField";
import { useShortcuts } from "@/components/shortcuts/useShortcuts";
import classes from "./CaptionSearch.module.css";

/** Searches what cameras saw; its minutes are lit on the board. `note`: how many those are. */
export function CaptionSearch({
  text,
  note,
  onSearch,
}: {
  text: string;
  note: string;
  onSearch: (text: string) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  useShortcuts("Heatmap", [
    { keys: "/", label: "Search captions", action: () => field.current?.select(), once: true },
  ]);
  return (
    <SearchField
      ref={field}
      className={classes.search}
      label="Search captions"
      placeholder="Search captions: red truck"
      text={text}
      onSearch={onSearch}
      note={
        text !== "" && (
          <span className={classes.note}>
            <span role="status">{note}</span>
            <CloseButton size="xs" aria-label="Clear the search" onClick={() => onSearch("")} />
          </span>
        )
      }
    />
  );
}
