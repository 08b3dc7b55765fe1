import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { groupsQuery } from "@/api/queries";
import { problemOf } from "@/lib/problem";
import { saveFrom } from "@/lib/saveAs";
import { useMay } from "@/lib/session";
import classes from "./ExportDialog.module.css";
import { exportPath } from "./exportPath";

/** What is exported of the cameras, and the link that downloads it. `groupId`: chosen to begin with. */
export function ExportDialog({ groupId, onClose }: { groupId: string | null; onClose: () => void }) {
  const groups = useQuery(groupsQuery);
  const mayWrite = useMay("cameras:write");
  const [format, setFormat] = useState<"csv" | "json">("csv");
  const [group, setGroup] = useState(groupId ?? "");
  const [withCredentials, setWithCredentials] = useState(false);
  const saving = useMutation({
    mutationFn: () => saveFrom(exportPath(format, group, withCredentials), `cameras.${format}`),
    onSuccess: onClose,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title="Export cameras"
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="md">
        <NativeSelect
          label="As"
          value={format}
          onChange={(event) => setFormat(event.currentTarget.value === "json" ? "json" : "csv")}
          data={[
            { value: "csv", label: "CSV, for spreadsheets" },
            { value: "json", label: "JSON, for programs" },
          ]}
          data-autofocus
        />
        <NativeSelect
          label="Cameras"
          value={group}
          onChange={(event) => setGroup(event.currentTarget.value)}
          data={[
            { value: "", label: "All cameras" },
            ...(groups.data ?? []).map(({ id, name }) => ({ value: id, label: `Group ${name}` })),
          ]}
        />
        {mayWrite && (
          <Checkbox
            label="With passwords"
            checked={withCredentials}
            onChange={(event) => setWithCredentials(event.currentTarget.checked)}
          />
        )}
        {withCredentials && (
          <div className={classes.warning} role="alert">
            <IconAlertTriangle size={16} stroke={1.75} aria-hidden />
            <Text size="sm">
              The file has every camera's password in plain text. That you exported it is written to the audit
              log. Keep it where only you can read it, and delete it afterwards.
            </Text>
          </div>
        )}
        <Text size="sm" c="var(--cf-quiet)">
          The file can be imported again, here or on another gateway.
        </Text>
        {saving.isError && (
          <Text role="alert" c="var(--cf-act)" size="sm">
            {problemOf(saving.error)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={saving.isPending} onClick={() => saving.mutate()}>
            Download
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
