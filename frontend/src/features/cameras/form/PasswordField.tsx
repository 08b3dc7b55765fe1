import { Button, Group, PasswordInput, Text } from "@mantine/core";
import type { CameraForm } from "./cameraForm";

/** The password: never shown; one that is there stays unless somebody says otherwise. */
export function PasswordField({
  form,
  isStored,
  problem,
  onChange,
}: {
  form: CameraForm;
  /** Whether there is one already. */
  isStored: boolean;
  problem: string | undefined;
  onChange: (changed: Partial<CameraForm>) => void;
}) {
  if (form.passwordIs !== "set") {
    return (
      <div>
        <Text component="div" size="sm" fw={500}>
          Password
        </Text>
        <Text size="sm" c="var(--cf-quiet)">
          {form.passwordIs === "kept" ? "One is stored. It is never shown." : "It is removed when you save."}
        </Text>
        <Group gap="xs" mt={6}>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onChange({ passwordIs: "set", password: "" })}
          >
            Change the password
          </Button>
          {form.passwordIs === "kept" ? (
            <Button size="compact-sm" variant="default" onClick={() => onChange({ passwordIs: "removed" })}>
              Remove it
            </Button>
          ) : (
            <Button size="compact-sm" variant="default" onClick={() => onChange({ passwordIs: "kept" })}>
              Keep it
            </Button>
          )}
        </Group>
      </div>
    );
  }
  return (
    <div>
      <PasswordInput
        label="Password"
        value={form.password}
        error={problem}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": "Show what is typed", tabIndex: 0 }}
        onChange={(event) => onChange({ password: event.currentTarget.value })}
      />
      {isStored && (
        <Button
          mt={6}
          size="compact-sm"
          variant="default"
          onClick={() => onChange({ passwordIs: "kept", password: "" })}
        >
          Keep the stored one
        </Button>
      )}
    </div>
  );
}
