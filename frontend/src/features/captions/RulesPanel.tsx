import { Button, Group, NativeSelect, Text } from "@mantine/core";
import type { SubmitEvent } from "react";
import { useMay } from "@/lib/session";
import type { CameraRules } from "./captionTypes";
import { LimitInput } from "./LimitInput";
import { retentionWords } from "./migrationFacts";
import classes from "./RulesPanel.module.css";
import { isChanged, LIMITS, type LimitField, limitOf, type RulesForm, retentionChoices } from "./rulesForm";

/** The rules of a camera: tried with the preview beside them, and kept for it by who may. */
export function RulesPanel({
  rules,
  form,
  problems,
  refusal,
  isSaving,
  onChange,
  onSave,
  onReset,
}: {
  rules: CameraRules;
  form: RulesForm;
  problems: Partial<Record<LimitField, string>>;
  /** A sentence: why it was not saved. */
  refusal: string | null;
  isSaving: boolean;
  onChange: (changed: Partial<RulesForm>) => void;
  onSave: () => void;
  onReset: () => void;
}) {
  const mayWrite = useMay("captions:write");
  const isWrong = Object.keys(problems).length > 0;
  const isOther = isWrong || isChanged(form, rules);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (mayWrite && isOther && !isWrong && !isSaving) onSave();
  };
  return (
    <form className={classes.rules} onSubmit={submit} noValidate aria-label="Rules of this camera">
      {LIMITS.map((limit) => (
        <LimitInput
          key={limit.field}
          limit={limit}
          text={form[limit.field]}
          setting={limitOf({ ...form, [limit.field]: "" }, limit.field, rules.settings) ?? 0}
          value={limitOf(form, limit.field, rules.settings)}
          problem={problems[limit.field]}
          onChange={(text) => onChange({ [limit.field]: text })}
        />
      ))}
      {mayWrite && (
        <NativeSelect
          size="sm"
          label="Events are kept"
          description="Older ones are deleted every night."
          value={form.retention}
          onChange={(event) => onChange({ retention: event.currentTarget.value })}
          data={[
            {
              value: "",
              label: `As the settings say: ${retentionWords(rules.settings.retention_days)}`,
            },
            ...retentionChoices(form.retention),
          ]}
        />
      )}
      {!mayWrite && (
        <p className={classes.note}>
          Events of this camera are kept {retentionWords(rules.effective.retention_days)}. What you try here
          changes nothing.
        </p>
      )}
      {refusal !== null && (
        <Text role="alert" c="var(--cf-act)" size="sm">
          {refusal}
        </Text>
      )}
      <Group gap="xs">
        {mayWrite && (
          <Button
            type="submit"
            size="xs"
            disabled={!isOther || isWrong}
            loading={isSaving}
            // The second half of a double click comes before `isSaving` does.
            onClick={(click) => click.detail > 1 && click.preventDefault()}
          >
            Save as this camera's rules
          </Button>
        )}
        <Button size="xs" variant="default" disabled={!isOther} onClick={onReset}>
          Back to what counts
        </Button>
      </Group>
    </form>
  );
}
