import { UnstyledButton } from "@mantine/core";
import { clock, day, utcText } from "@/lib/format";
import { useNow } from "@/lib/useNow";
import { useZone } from "@/lib/ZoneContext";
import { zoneName } from "@/lib/zone";
import classes from "./ClockButton.module.css";

/** Now by the gateway's clock; a click changes between the viewer's zone and UTC. */
export function ClockButton() {
  const now = useNow();
  const { zone, toggle } = useZone();
  return (
    <UnstyledButton
      className={classes.clock}
      onClick={toggle}
      title={`${utcText(now)} · click for ${zone === "utc" ? "your own zone" : "UTC"}`}
    >
      <span className={classes.day}>{day(now, zone)}</span> <strong>{clock(now, zone)}</strong>{" "}
      <span>{zoneName(now, zone)}</span>
    </UnstyledButton>
  );
}
