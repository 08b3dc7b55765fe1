import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";

const SEARCHES_AFTER_MS = 250;
const LONGEST = 255;

/** A search whose text is there at once, and whose list follows when the typing rests. `text`: of the list. */
export function SearchField({
  text,
  label,
  placeholder,
  className,
  onSearch,
}: {
  text: string;
  label: string;
  placeholder: string;
  className?: string | undefined;
  onSearch: (text: string) => void;
}) {
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  if (text !== known) {
    setKnown(text);
    if (text !== typed.trim()) setTyped(text);
  }
  useEffect(() => {
    if (typed.trim() === text) return;
    const timer = setTimeout(() => onSearch(typed.trim()), SEARCHES_AFTER_MS);
    return () => clearTimeout(timer);
  });
  return (
    <TextInput
      {...(className !== undefined && { className })}
      size="xs"
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={typed}
      maxLength={LONGEST}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
