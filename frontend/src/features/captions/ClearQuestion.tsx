import { Checkbox } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Confirmation } from "@/components/Confirmation";
import { notify } from "@/components/notify";
import { count } from "@/lib/format";
import classes from "./ClearQuestion.module.css";
import { clearCache, renewCaptions } from "./captionQueries";
import { clearedText, notClearedText } from "./migrationFacts";

/** Asks before a camera's cache is emptied: by merging its captions first, or else by throwing them away. */
export function ClearQuestion({
  camera,
  cached,
  opened,
  onClose,
}: {
  camera: string;
  cached: number;
  opened: boolean;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [isMigratedFirst, setIsMigratedFirst] = useState(true);
  const clear = useMutation({
    mutationFn: () => clearCache(camera, isMigratedFirst),
    onSuccess: (cleared) => {
      notify({ title: `The cache of ${camera} is empty`, message: clearedText(cleared), kind: "done" });
      close();
    },
    onSettled: () => renewCaptions(client),
  });
  const close = () => {
    setIsMigratedFirst(true);
    clear.reset();
    onClose();
  };
  return (
    <Confirmation
      opened={opened}
      title={`Empty the cache of ${camera}?`}
      confirm={isMigratedFirst ? "Merge and empty" : `Throw away ${count(cached, "caption")}`}
      isDestructive={!isMigratedFirst}
      isBusy={clear.isPending}
      {...(!isMigratedFirst && { typed: camera })}
      problem={clear.isError ? notClearedText(clear.error, isMigratedFirst) : null}
      onConfirm={() => clear.mutate()}
      onClose={close}
    >
      <div className={classes.words}>
        <p>
          {count(cached, "caption")} {cached === 1 ? "is" : "are"} cached and leave{cached === 1 ? "s" : ""}{" "}
          the cache now. Questions about the last two hours do not find them any more.
        </p>
        <Checkbox
          label="Merge them into events first"
          description={
            isMigratedFirst
              ? "Should that fail, nothing is thrown away and you are told why."
              : "They become no events. What they say is gone for good."
          }
          checked={isMigratedFirst}
          disabled={clear.isPending}
          onChange={(event) => {
            setIsMigratedFirst(event.currentTarget.checked);
            clear.reset();
          }}
        />
      </div>
    </Confirmation>
  );
}
