import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";

const SEARCHES_AFTER_MS = 250;
const LONGEST = 255;

/**
 * A search whose text is there at once, and whose list follows when the typing rests, or with Enter.
 * `text`: of the list; `note`: at the field's end, what came of it.
 */
export function SearchField({
  text,
  label,
  placeholder,
  className,
  note,
  ref,
  onSearch,
}: {
  text: string;
  label: string;
  placeholder: string;
  className?: string | undefined;
  note?: ReactNode;
  ref?: RefObject<HTMLInputElement | null>;
  onSearch: (text: string) => void;
}) {
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  if (text !== known) {
    setKnown(text);
    if (text !== typed.trim()) setTyped(text);
  }
  const search = useRef(onSearch);
  useEffect(() => {
    search.current = onSearch;
  });
  // Only typing puts it off: a page that is drawn anew all the time must not.
  useEffect(() => {
    if (typed.trim() === text) return;
    const timer = setTimeout(() => search.current(typed.trim()), SEARCHES_AFTER_MS);
    return () => clearTimeout(timer);
  }, [typed, text]);
  return (
    <TextInput
      {...(className !== undefined && { className })}
      size="xs"
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={14} aria-hidden />}
      {...(note !== undefined && { rightSection: note, rightSectionWidth: "auto" })}
      {...(ref !== undefined && { ref })}
      value={typed}
      maxLength={LONGEST}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && typed.trim() !== text) onSearch(typed.trim());
      }}
    />
  );
}
