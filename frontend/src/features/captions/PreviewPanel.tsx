import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Empty, Failed, Loading } from "@/components/PageState";
import { count } from "@/lib/format";
import { previewQuery } from "./captionQueries";
import type { Preview } from "./captionTypes";
import { eventsText, oddText, reductionText } from "./migrationFacts";
import classes from "./PreviewPanel.module.css";
import { PreviewStrip } from "./PreviewStrip";
import { PreviewTable } from "./PreviewTable";
import type { Trial } from "./rulesForm";

// On the strip at once; in the table after a press, and as many as the gateway gives after another.
const ASKED = 200;
const FIRST = 25;
const MOST = 1_000;

/**
 * What a migration of everything cached would make with limits on trial. `trial` null: what is typed is none.
 * `isOther`: they are not those that count, which it is compared with.
 */
export function PreviewPanel({
  camera,
  trial,
  isOther,
}: {
  camera: string;
  trial: Required<Trial> | null;
  isOther: boolean;
}) {
  const [shown, setShown] = useState(FIRST);
  const limit = Math.max(ASKED, shown);
  const preview = useQuery({ ...previewQuery(camera, trial ?? {}, limit), enabled: trial !== null });
  const counting = useQuery({ ...previewQuery(camera, {}, 1), enabled: isOther });
  if (preview.data === undefined) {
    return preview.isError ? (
      <Failed error={preview.error} retry={() => void preview.refetch()} />
    ) : (
      <Loading what="the preview" />
    );
  }
  const { summary, preview_events, truncated, note } = preview.data;
  if (summary.original_captions === 0) {
    return (
      <Empty title="Nothing is cached now">
        Captions stay here for two hours; with some of them, this shows which events they would become.
      </Empty>
    );
  }
  const isOld = preview.isPlaceholderData || trial === null;
  return (
    <div className={classes.preview} data-old={isOld} aria-busy={preview.isFetching}>
      <Summary summary={summary} counting={isOther && !isOld ? counting.data?.summary : undefined} />
      {preview.isError && <p className={classes.note}>It could not be renewed; it is from before.</p>}
      {note !== null && <p className={classes.note}>{note}</p>}
      <PreviewStrip events={preview_events} />
      <PreviewTable events={preview_events.slice(0, shown)} />
      {(truncated || preview_events.length > shown) && (
        <p className={classes.more}>
          The first {Math.min(shown, preview_events.length).toLocaleString("en-GB")} of{" "}
          {count(summary.deduplicated_events, "event")}.
          {shown < MOST && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => setShown(shown < ASKED ? ASKED : MOST)}
            >
              Show more
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

function Summary({
  summary,
  counting,
}: {
  summary: Preview["summary"];
  counting: Preview["summary"] | undefined;
}) {
  const facts = [
    eventsText(summary.events_created, summary.events_extended),
    oddText(summary.late, summary.repeated),
  ].filter((text) => text !== "");
  return (
    <div className={classes.summary} role="status">
      <p className={classes.sum}>
        {count(summary.original_captions, "caption")} → {count(summary.deduplicated_events, "event")}
        <span className={classes.reduction}>{reductionText(summary.reduction)}</span>
      </p>
      <p className={classes.note}>
        {facts.join("; ")}.
        {counting !== undefined &&
          (counting.deduplicated_events === summary.deduplicated_events
            ? " By the rules that count now there are as many."
            : ` By the rules that count now there are ${counting.deduplicated_events.toLocaleString("en-GB")}.`)}
      </p>
    </div>
  );
}
