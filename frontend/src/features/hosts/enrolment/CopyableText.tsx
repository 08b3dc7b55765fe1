import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import classes from "./CopyableText.module.css";

type Copied = "not yet" | "copied" | "selected";

const WORDS: Readonly<Record<Copied, string>> = {
  "not yet": "Copy",
  copied: "Copied",
  selected: "Press Ctrl-C to copy",
};

/** Text for another machine, with a button that copies it. `label`: "the token". */
export function CopyableText({ text, label }: { text: string; label: string }) {
  const place = useRef<HTMLPreElement>(null);
  // Which text was copied: what changed since is not.
  const [done, setDone] = useState<{ text: string; copied: Copied }>({ text, copied: "not yet" });
  const copied = done.text === text ? done.copied : "not yet";
  const words = WORDS[copied];
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone({ text, copied: "copied" });
    } catch {
      // Browsers lend the clipboard on secure origins and to whom they trust; elsewhere a person copies.
      if (place.current !== null) getSelection()?.selectAllChildren(place.current);
      setDone({ text, copied: "selected" });
    }
  };
  return (
    <div className={classes.box}>
      <pre className={classes.text} ref={place}>
        {text}
      </pre>
      <Button
        className={classes.copy}
        size="compact-xs"
        variant="default"
        aria-label={`${words} ${label}`}
        onClick={() => void copy()}
      >
        {words}
      </Button>
    </div>
  );
}
