import { NativeSelect, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { hostsQuery } from "@/api/queries";
import { problemOf } from "@/lib/problem";
import { useMay } from "@/lib/session";
import { assignmentWords, type CameraForm, type Problems } from "./cameraForm";

/** Which host records the camera, with what follows from its state. */
export function HostFields({
  form,
  recordedBy,
  problems,
  onChange,
}: {
  form: CameraForm;
  /** The host that records it now; null: none. */
  recordedBy: string | null;
  problems: Problems;
  onChange: (changed: Partial<CameraForm>) => void;
}) {
  const hosts = useQuery({ ...hostsQuery, enabled: useMay("hosts:read") });
  const known = hosts.data ?? [];
  const chosen = known.find(({ name }) => name === form.host);
  return (
    <div>
      <NativeSelect
        label="Recorded by"
        value={form.host}
        error={problems.host}
        inputWrapperOrder={["label", "input", "description", "error"]}
        description={assignmentWords(form.host, chosen?.state ?? null, recordedBy)}
        onChange={(event) => onChange({ host: event.currentTarget.value })}
        data={[
          { value: "", label: "No host" },
          ...known
            .filter(({ state, name }) => state !== "revoked" || name === form.host)
            .map(({ name, state }) => ({
              value: name,
              label: state === "online" ? name : `${name} (${state})`,
            })),
          ...(form.host === "" || chosen !== undefined ? [] : [{ value: form.host, label: form.host }]),
        ]}
      />
      {hosts.isError && (
        <Text role="alert" size="sm" c="var(--cf-act)" mt={4}>
          The hosts cannot be listed. {problemOf(hosts.error)}
        </Text>
      )}
      {form.host !== "" && (
        <TextInput
          mt="sm"
          label="Name of the device on that host"
          description="Its folder and links are called so. Empty: one is chosen."
          value={form.deviceName}
          error={problems.deviceName}
          maxLength={63}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => onChange({ deviceName: event.currentTarget.value })}
        />
      )}
    </div>
  );
}
