import { NativeSelect, Text, TextInput } from "@mantine/core";
import classes from "./CameraFields.module.css";
import { type CameraForm, CODECS, type Field, isCodec, type Problems } from "./cameraForm";
import { PasswordField } from "./PasswordField";

/** Where the camera's pictures come from: address, login, and what one knows of its stream. */
export function StreamFields({
  form,
  problems,
  isNew,
  hasPassword,
  hasMoved,
  onAddress,
  onChange,
  onLeave,
}: {
  form: CameraForm;
  problems: Problems;
  isNew: boolean;
  hasPassword: boolean;
  /** A login that stood in the address has gone to its fields. */
  hasMoved: boolean;
  onAddress: (text: string) => void;
  onChange: (changed: Partial<CameraForm>) => void;
  onLeave: (field: Field) => void;
}) {
  const text = (field: "username" | "previewAddress" | "resolution" | "fps" | "externalId") => ({
    value: form[field],
    error: problems[field],
    autoComplete: "off",
    autoCapitalize: "none",
    spellCheck: false,
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ [field]: event.currentTarget.value }),
    onBlur: () => onLeave(field),
  });
  const hasMoreProblems = (["previewAddress", "resolution", "fps", "codec", "externalId"] as const).some(
    (field) => problems[field] !== undefined,
  );
  return (
    <>
      <div>
        <TextInput
          label="Address"
          required
          placeholder="rtsp://192.168.1.100:554/stream"
          description="rtsp, rtsps, http or https. A login in it goes to the fields below."
          inputMode="url"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={2048}
          value={form.address}
          error={problems.address}
          onChange={(event) => onAddress(event.currentTarget.value)}
          onBlur={() => onLeave("address")}
        />
        <Text size="sm" c="var(--cf-archive)" role="status" mt={hasMoved ? 4 : 0}>
          {hasMoved && "The login was taken out of the address, into the fields below."}
        </Text>
      </div>
      <div className={classes.pair}>
        <TextInput label="User name" maxLength={255} {...text("username")} />
        <PasswordField form={form} isStored={hasPassword} problem={problems.password} onChange={onChange} />
      </div>
      <details className={classes.more} {...(hasMoreProblems && { open: true })}>
        <summary>More about the stream</summary>
        <div className={classes.below}>
          <TextInput
            label="Address of a smaller stream"
            description="Thumbnails and motion are taken from it; it spares the host."
            inputMode="url"
            {...text("previewAddress")}
          />
          <div className={classes.three}>
            <TextInput label="Resolution" placeholder="1920x1080" {...text("resolution")} />
            <TextInput label="Pictures a second" placeholder="25" inputMode="numeric" {...text("fps")} />
            <NativeSelect
              label="Codec"
              value={form.codec}
              error={problems.codec}
              onChange={({ currentTarget: { value } }) => onChange({ codec: isCodec(value) ? value : "" })}
              data={[
                { value: "", label: "Not known" },
                ...CODECS.map((codec) => ({ value: codec, label: codec })),
              ]}
            />
          </div>
          {isNew ? (
            <TextInput
              label="Id for other programs"
              description="Never changes once it is set. Empty: one is made of the name."
              placeholder="cam_001"
              maxLength={130}
              {...text("externalId")}
            />
          ) : (
            <Text size="sm" c="var(--cf-quiet)">
              Id for other programs: {form.externalId}
            </Text>
          )}
        </div>
      </details>
    </>
  );
}
