import type { CaptionEvent } from "@/api/events";
import classes from "./Snippet.module.css";

/** An event's caption; where words were searched for, the text that has them, with them marked. */
export function Snippet({
  event: { snippet, caption },
}: {
  event: Pick<CaptionEvent, "snippet" | "caption">;
}) {
  if (!snippet.some(({ hit }) => hit)) return caption;
  return snippet.map(({ text, hit }, index) =>
    hit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name than their place
      <mark key={index} className={classes.hit}>
        {text}
      </mark>
    ) : (
      text
    ),
  );
}
