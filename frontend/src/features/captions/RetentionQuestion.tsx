import { useQuery } from "@tanstack/react-query";
import { Confirmation } from "@/components/Confirmation";
import classes from "./ClearQuestion.module.css";
import { endedQuery } from "./captionQueries";
import type { CameraRules } from "./captionTypes";
import { endedText, retentionWords } from "./migrationFacts";

/**
 * Asks before events are kept for a shorter time, and says how many are deleted then. `chosen`: days, null: as the
 * settings say.
 */
export function RetentionQuestion({
  camera,
  rules,
  chosen,
  opened,
  isBusy,
  problem,
  onConfirm,
  onClose,
}: {
  camera: string;
  rules: CameraRules;
  chosen: number | null;
  opened: boolean;
  isBusy: boolean;
  /** A sentence: why it was not saved. */
  problem: string | null;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const ended = useQuery({ ...endedQuery(camera, chosen), enabled: opened });
  const days = retentionWords(chosen ?? rules.settings.retention_days);
  return (
    <Confirmation
      opened={opened}
      title={`Keep events of ${camera} ${days} only?`}
      confirm="Save, and delete older events"
      isDestructive
      isBusy={isBusy}
      problem={problem}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <div className={classes.words}>
        <p>So far they are kept {retentionWords(rules.effective.retention_days)}.</p>
        <p role="status">{endedText(ended.isError ? null : ended.data?.events)}</p>
        <p>Older ones are deleted with the next clean-up, every night, and do not come back.</p>
      </div>
    </Confirmation>
  );
}
