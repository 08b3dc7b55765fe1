import { Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { notify } from "@/components/notify";
import { addCamera, changeCamera, renewCameras } from "@/features/cameras/cameraQueries";
import type { Camera } from "@/features/cameras/cameraTypes";
import { cameraPath } from "@/lib/cameraAddress";
import { useAfterPress } from "@/lib/useAfterPress";
import { addressPartsOf } from "./addressParts";
import classes from "./CameraFields.module.css";
import {
  type CameraForm,
  changesOf,
  EMPTY_FORM,
  type Field,
  formOf,
  newCameraOf,
  type Problems,
  problemsOf,
  refusalOf,
} from "./cameraForm";
import { DetectionFields, OwnDetectionFields } from "./DetectionFields";
import { GroupField } from "./GroupField";
import { HostFields } from "./HostFields";
import { StreamFields } from "./StreamFields";

/** The fields of a camera, and saving them. `camera`: the one that is changed; null: a new one. */
export function CameraFields({
  camera,
  onDirty,
  onCancel,
  onClose,
}: {
  camera: Camera | null;
  onDirty: (isDirty: boolean) => void;
  onCancel: () => void;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState<CameraForm>(() => (camera === null ? EMPTY_FORM : formOf(camera)));
  const [problems, setProblems] = useState<Problems>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [refusals, setRefusals] = useState(0);
  const [moved, setMoved] = useState(false);
  const fields = useRef<HTMLFormElement>(null);
  const afterPress = useAfterPress();
  const saving = useMutation({
    mutationFn: () =>
      camera === null ? addCamera(newCameraOf(form)) : changeCamera(camera.id, changesOf(form, camera)),
    onSuccess: (saved) => {
      onDirty(false);
      onClose();
      notify({
        title: camera === null ? `${saved.name} is added` : `${saved.name} is changed`,
        kind: "done",
      });
      void renewCameras(client);
      // There is its connection test, and what becomes of the assignment.
      if (camera === null) void navigate(cameraPath(saved));
    },
    onError: (error) => {
      const refused = refusalOf(error);
      setProblems(refused.fields);
      setRefusal(refused.other);
      setRefusals((was) => was + 1);
    },
  });
  useEffect(() => {
    // With the render that marks it.
    if (refusals > 0) fields.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);

  const change = (changed: Partial<CameraForm>) => {
    setForm((was) => ({ ...was, ...changed }));
    onDirty(true);
    // What is being put right is not complained about meanwhile.
    setProblems((was) => Object.fromEntries(Object.entries(was).filter(([field]) => !(field in changed))));
    setRefusal(null);
  };
  const leave = (field: Field) => {
    const wrong = problemsOf(form, camera)[field];
    // An empty field that one only passed is no mistake yet.
    if (wrong !== undefined && form[field] !== "") setProblems((was) => ({ ...was, [field]: wrong }));
  };
  const changeAddress = (text: string) => {
    const parts = addressPartsOf(text);
    const hasLogin = parts.username !== null || parts.password !== null;
    setMoved(hasLogin || (moved && text !== ""));
    change({
      address: hasLogin ? parts.address : text,
      ...(parts.username !== null && { username: parts.username }),
      ...(parts.password !== null && { password: parts.password, passwordIs: "set" as const }),
    });
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    // Also not again while the page that shows it is being fetched.
    if (saving.isPending || saving.isSuccess) return;
    const wrong = problemsOf(form, camera);
    setProblems(wrong);
    if (Object.keys(wrong).length > 0) {
      setRefusals((was) => was + 1);
      return;
    }
    if (camera !== null && Object.keys(changesOf(form, camera)).length === 0) onClose();
    else saving.mutate();
  };
  const isOfHost = camera?.managed_by === "host";
  const recordedBy = camera?.is_active === true ? camera.host : null;

  return (
    <form
      ref={fields}
      onSubmit={submit}
      noValidate
      aria-label={camera === null ? "New camera" : `Edit ${camera.name}`}
    >
      <Stack gap="md">
        <div className={classes.pair}>
          <TextInput
            label="Name"
            required
            placeholder="Front door"
            maxLength={255}
            data-autofocus
            value={form.name}
            error={problems.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            onBlur={() => afterPress(() => leave("name"))}
          />
          <TextInput
            label="Place"
            placeholder="Main entrance"
            maxLength={255}
            value={form.location}
            error={problems.location}
            onChange={(event) => change({ location: event.currentTarget.value })}
          />
        </div>
        {isOfHost ? (
          <Text size="sm" className={classes.note}>
            {camera.host ?? "Its host"} names this camera in its own host.toml, as {camera.device_name}:
            address, login, picture and where it is recorded are changed there, and its agent is told to
            reload.
          </Text>
        ) : (
          <StreamFields
            form={form}
            problems={problems}
            isNew={camera === null}
            hasPassword={camera?.has_password ?? false}
            hasMoved={moved}
            onAddress={changeAddress}
            onChange={change}
            onLeave={(field) => afterPress(() => leave(field))}
          />
        )}
        <div className={classes.pair}>
          <GroupField
            value={form.groupId}
            problem={problems.groupId}
            onChange={(groupId) => change({ groupId })}
          />
          {!isOfHost && (
            <HostFields form={form} recordedBy={recordedBy} problems={problems} onChange={change} />
          )}
        </div>
        <Checkbox
          label="Active"
          description={
            isOfHost
              ? `Checked every minute. ${camera.host ?? "Its host"} records it either way: host.toml there says so.`
              : "Checked every minute, and recorded by its host."
          }
          checked={form.isActive}
          error={problems.isActive}
          onChange={(event) => change({ isActive: event.currentTarget.checked })}
        />
        {camera !== null && isOfHost ? (
          <OwnDetectionFields camera={camera} form={form} problems={problems} onChange={change} />
        ) : (
          <DetectionFields form={form} problems={problems} onChange={change} />
        )}
        {refusal !== null && (
          <Text role="alert" c="var(--cf-act)" size="sm">
            {refusal}
          </Text>
        )}
        <Group justify="flex-end" gap="xs" className={classes.end}>
          {camera === null && (
            <Text size="sm" c="var(--cf-quiet)" className={classes.hint}>
              You can test the connection once it is saved.
            </Text>
          )}
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending || saving.isSuccess}>
            {camera === null ? "Add the camera" : "Save"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
