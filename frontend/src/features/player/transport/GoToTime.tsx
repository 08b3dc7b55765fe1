import { Button, Modal, TextInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { Time } from "@/components/Time";
import { parseMoment } from "@/lib/parseMoment";
import { useNow } from "@/lib/useNow";
import { useZone } from "@/lib/ZoneContext";
import classes from "./GoToTime.module.css";

/** Asks for a time as people write it. `onGo`: with ms since 1970. */
export function GoToTime({ onGo, onClose }: { onGo: (ms: number) => void; onClose: () => void }) {
  const { zone } = useZone();
  const nowMs = useNow();
  const [text, setText] = useState("");
  const moment = text.trim() === "" ? null : parseMoment(text, nowMs, zone);
  const isLater = moment !== null && moment.ms > nowMs;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (moment === null || isLater) return;
    onGo(moment.ms);
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title="Go to a time" size="sm" transitionProps={{ duration: 120 }}>
      <form onSubmit={submit} className={classes.form}>
        <TextInput
          data-autofocus
          label="Time"
          placeholder="14:20, yesterday 14:20, -3h, 2026-11-20 03:12"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autoComplete="off"
        />
        <p className={classes.understood} role="status">
          {text.trim() === "" ? (
            "A time of day is the last one before now."
          ) : moment === null ? (
            "This is no time that can be read."
          ) : isLater ? (
            "This time is still to come."
          ) : (
            <Time at={moment.ms} withDay />
          )}
        </p>
        <Button type="submit" disabled={moment === null || isLater}>
          Go
        </Button>
      </form>
    </Modal>
  );
}
