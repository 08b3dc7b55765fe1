import { Checkbox, NativeSelect, Slider, Text } from "@mantine/core";
import { useId } from "react";
import type { Camera } from "@/features/cameras/cameraTypes";
import { type CameraForm, type Problems, sensitivityWords } from "./cameraForm";

interface FieldsProps {
  form: CameraForm;
  problems: Problems;
  onChange: (changed: Partial<CameraForm>) => void;
}

const DESCRIPTION = "Its pictures are looked through for motion, black screens and freezes.";

/** Whether and how finely a camera's pictures are analysed. */
export function DetectionFields(props: FieldsProps) {
  const { form, problems, onChange } = props;
  return (
    <>
      <Checkbox
        label="Detect motion"
        description={DESCRIPTION}
        checked={form.detects}
        error={problems.detects}
        onChange={(event) => onChange({ detects: event.currentTarget.checked })}
      />
      {form.detects && <Sensitivity {...props} />}
    </>
  );
}

/** The same of a host's own device: its host.toml says it, unless it is set here over that. */
export function OwnDetectionFields({ camera, ...props }: FieldsProps & { camera: Camera }) {
  const { form, problems, onChange } = props;
  const own = camera.host_detection;
  const asHostSays = `As host.toml of ${camera.host ?? "its host"} says`;
  const isOn = form.detectsBy === "here" ? form.detects : (own?.enable_detection ?? true);
  return (
    <>
      <NativeSelect
        label="Detect motion"
        description={`${DESCRIPTION} What is set here counts over its host's own settings.`}
        value={form.detectsBy === "host" ? "host" : form.detects ? "on" : "off"}
        error={problems.detects}
        onChange={(event) =>
          onChange(
            event.currentTarget.value === "host"
              ? { detectsBy: "host" }
              : { detectsBy: "here", detects: event.currentTarget.value === "on" },
          )
        }
        data={[
          { value: "host", label: withOwn(asHostSays, own && (own.enable_detection ? "on" : "off")) },
          { value: "on", label: "On" },
          { value: "off", label: "Off" },
        ]}
      />
      {isOn && (
        <NativeSelect
          label="How small a motion counts"
          value={form.sensitivityBy}
          onChange={(event) =>
            onChange({ sensitivityBy: event.currentTarget.value === "host" ? "host" : "here" })
          }
          data={[
            { value: "host", label: withOwn(asHostSays, own && String(own.detection_sensitivity)) },
            { value: "here", label: "Set here" },
          ]}
        />
      )}
      {isOn && form.sensitivityBy === "here" && <Sensitivity {...props} />}
    </>
  );
}

function withOwn(label: string, own: string | null): string {
  return own === null ? label : `${label} (${own})`;
}

function Sensitivity({ form, onChange }: FieldsProps) {
  const id = useId();
  return (
    <div>
      <Text component="div" size="sm" fw={500} id={id}>
        Sensitivity
      </Text>
      <Slider
        mt={6}
        min={0}
        max={1}
        step={0.05}
        value={form.sensitivity}
        label={(value) => value.toFixed(2)}
        thumbProps={{ "aria-labelledby": id }}
        onChange={(sensitivity) => onChange({ sensitivity })}
      />
      <Text size="sm" c="var(--cf-quiet)" mt={6}>
        {sensitivityWords(form.sensitivity)}
      </Text>
    </div>
  );
}
