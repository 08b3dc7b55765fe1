import { Button, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answer, api } from "@/api/client";
import { devicesQuery } from "@/api/queries";
import type { DeviceName } from "@/lib/deviceAddress";
import { bytes, count, duration } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { useZone } from "@/lib/ZoneContext";
import { zoneName } from "@/lib/zone";
import { typedEnd } from "../archive/exportRange";
import type { Span } from "../archive/span";
import { useArchive } from "../archive/useArchive";
import { gapText } from "../timeline/moment";
import classes from "./ExportTab.module.css";
import { exportFacts, fieldText, fieldTime } from "./exportFacts";
import type { ExportOrder } from "./exportOrders";

const MOST_GAPS_NAMED = 5;

/** The range with its ends typed or drawn, what is in it, and the order. */
export function ExportForm({
  name,
  range,
  nowMs,
  onRange,
  onOrdered,
}: {
  name: DeviceName;
  range: Span;
  nowMs: number;
  onRange: (range: Span) => void;
  onOrdered: (order: ExportOrder) => void;
}) {
  const { zone } = useZone();
  const archive = useArchive(name, range);
  const device = useQuery(devicesQuery).data?.find(
    (one) => one.host === name.host && one.device === name.device,
  );
  const facts = exportFacts(archive, range, device?.bitrate_bps ?? null);
  const order = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/api/v1/devices/{host}/{device}/clips", {
          params: { path: name },
          body: {
            from: new Date(range.from).toISOString(),
            to: new Date(range.to).toISOString(),
            format: "mp4",
            exact: false,
          },
        }),
      ),
    onSuccess: (clip) => onOrdered({ ...name, id: clip.id, from: range.from, to: range.to }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    order.mutate();
  };
  const end = (which: "from" | "to", label: string) => (
    <TimeField
      label={`${label} (${zoneName(range[which], zone)})`}
      ms={range[which]}
      onTime={(ms) => onRange(typedEnd(range, which, ms, nowMs))}
    />
  );
  return (
    <form className={classes.form} onSubmit={submit} aria-label="Export a range">
      <p className={classes.hint}>Drag the handles on the time line, or type the times.</p>
      {end("from", "From")}
      {end("to", "To")}
      <p>
        <strong>{duration(facts.lengthMs)}</strong>
        {facts.bytes !== null && <span className={classes.hint}> · about {bytes(facts.bytes)}</span>}
      </p>
      <Button
        type="submit"
        size="sm"
        leftSection={<IconDownload size={16} stroke={1.75} aria-hidden />}
        loading={order.isPending}
        disabled={facts.refusal !== null}
      >
        Export MP4
      </Button>
      {/* Below the button: what is found out while one aims at it may not move it. */}
      {facts.gaps.length > 0 && (
        <div className={classes.missing}>
          <p>
            {count(facts.gaps.length, "gap")} in it: {duration(facts.lengthMs - facts.footageMs)} missing. The
            MP4 plays on across {facts.gaps.length === 1 ? "it" : "them"}.
          </p>
          <ul>
            {facts.gaps.slice(0, MOST_GAPS_NAMED).map((gap) => (
              <li key={gap.from}>{gapText(gap, zone)}</li>
            ))}
            {facts.gaps.length > MOST_GAPS_NAMED && <li>and {facts.gaps.length - MOST_GAPS_NAMED} more</li>}
          </ul>
        </div>
      )}
      {facts.refusal !== null && <p role="status">{facts.refusal} Choose another range.</p>}
      {order.isError && (
        <p role="alert" className={classes.failed}>
          {problemOf(order.error)}
        </p>
      )}
    </form>
  );
}

// While one types, what stands there is no time, or an odd one; it is taken when one leaves the field.
function TimeField({ label, ms, onTime }: { label: string; ms: number; onTime: (ms: number) => void }) {
  const { zone } = useZone();
  const [typed, setTyped] = useState<string | null>(null);
  const take = () => {
    const read = typed === null ? null : fieldTime(typed, zone, ms);
    if (read !== null) onTime(read);
    setTyped(null);
  };
  return (
    <TextInput
      label={label}
      type="datetime-local"
      step={1}
      size="xs"
      value={typed ?? fieldText(ms, zone)}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        // What was typed is looked at first, and ordered with the button.
        event.preventDefault();
        take();
      }}
    />
  );
}
