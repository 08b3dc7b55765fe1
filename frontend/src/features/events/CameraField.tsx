import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { devicesQuery, foundCamerasQuery } from "@/api/queries";
import { useMay } from "@/lib/session";
import { cameraOptions } from "./cameraOptions";
import classes from "./EventsToolbar.module.css";

const ASKS_AFTER_MS = 200;

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
      placeholder="All cameras"
      searchable
      clearable
      clearButtonProps={{ "aria-label": "All cameras" }}
      nothingFoundMessage="No camera of this name"
      limit={60}
      data={options}
      value={value === "" ? null : value}
      onChange={onChoose}
      onSearchChange={setTyped}
      maxDropdownHeight={320}
    />
  );
}
