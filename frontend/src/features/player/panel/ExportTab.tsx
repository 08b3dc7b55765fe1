import { useEffect } from "react";
import type { DeviceName } from "@/lib/deviceAddress";
import { rangeAround } from "../archive/exportRange";
import type { Span } from "../archive/span";
import type { Playback } from "../playback/playback";
import { ExportForm } from "./ExportForm";
import { ExportItem } from "./ExportItem";
import classes from "./ExportTab.module.css";
import { useExportOrders } from "./useExportOrders";

/** A range as an MP4: choose it, order it, see it made, and fetch it. */
export function ExportTab({
  name,
  playback,
  nowMs,
  range,
  onRange,
}: {
  name: DeviceName;
  playback: Playback;
  nowMs: number;
  range: Span | null;
  onRange: (range: Span | null) => void;
}) {
  const { orders, add, remove } = useExportOrders();
  const headMs = playback.timeMs;
  const hasRange = range !== null;
  useEffect(() => {
    if (!hasRange && headMs !== null) onRange(rangeAround(headMs, nowMs));
  }, [hasRange, headMs, nowMs, onRange]);
  return (
    <div className={classes.tab}>
      {range !== null && (
        <ExportForm name={name} range={range} nowMs={nowMs} onRange={onRange} onOrdered={add} />
      )}
      {orders.length > 0 && (
        <section aria-label="Exports" className={classes.orders}>
          <h2>Exports</h2>
          <ul>
            {orders.map((order) => (
              <ExportItem
                key={order.id}
                order={order}
                isElsewhere={isElsewhere(order, name)}
                onRemove={remove}
              />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function isElsewhere(order: { host: string; device: string }, name: DeviceName): boolean {
  return order.host !== name.host || order.device !== name.device;
}
