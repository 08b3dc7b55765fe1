import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { devicesQuery, foundCamerasQuery } from "@/api/queries";
import { useMay } from "@/lib/session";
import { cameraOptions } from "./cameraOptions";
import classes from "./EventsToolbar.module.css";

const ASKS_AFTER_MS = 200;
// No name of a camera.
const ALL = " ";

/** Of which camera; `value` is its name in captions, empty for all. Typing looks through the whole catalogue. */
export function CameraField({
  value,
  onChoose,
}: {
  value: string;
  onChoose: (camera: string | null) => void;
}) {
  const [typed, setTyped] = useState("");
  const [sought] = useDebouncedValue(typed.trim(), ASKS_AFTER_MS);
  const devices = useQuery({ ...devicesQuery, enabled: useMay("archive:read") });
  const found = useQuery({
    ...foundCamerasQuery(sought === "" ? value : sought),
    enabled: useMay("cameras:read") && (sought !== "" || value !== ""),
    placeholderData: keepPreviousData,
  });
  const options = useMemo(
    () => cameraOptions(devices.data ?? [], found.data ?? [], value),
    [devices.data, found.data, value],
  );
  return (
    <Select
      size="xs"
      className={classes.camera ?? ""}
      aria-label="Camera"
      searchable
      allowDeselect={false}
      nothingFoundMessage="No camera of this name"
      limit={60}
      data={[{ value: ALL, label: "All cameras" }, ...options]}
      value={value === "" ? ALL : value}
      onChange={(chosen) => onChoose(chosen === ALL ? null : chosen)}
      // What one types is meant instead of what is there.
      onFocus={(event) => event.currentTarget.select()}
      onSearchChange={setTyped}
      maxDropdownHeight={320}
    />
  );
}
