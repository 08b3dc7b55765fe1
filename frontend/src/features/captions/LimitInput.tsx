import { CloseButton, Slider, TextInput } from "@mantine/core";
import classes from "./LimitInput.module.css";
import { type Limit, withinSlider } from "./rulesForm";

/**
 * One limit, by typing and by sliding. `text`: what is typed; empty: `setting` counts. `value`: what it comes to;
 * null: it is no number.
 */
export function LimitInput({
  limit,
  text,
  setting,
  value,
  problem,
  onChange,
}: {
  limit: Limit;
  text: string;
  setting: number;
  value: number | null;
  problem: string | undefined;
  onChange: (text: string) => void;
}) {
  const { label, hint, unit, slider } = limit;
  const unitText = unit === "" ? "" : ` ${unit}`;
  return (
    <div className={classes.limit}>
      <TextInput
        size="sm"
        label={label}
        description={hint}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        placeholder={`${setting}${unitText}, as the settings say`}
        error={problem}
        maxLength={12}
        onChange={(event) => onChange(event.currentTarget.value)}
        {...(text !== "" && {
          rightSection: (
            <CloseButton
              size="xs"
              aria-label={`${label}: as the settings say, ${setting}${unitText}`}
              title={`As the settings say: ${setting}${unitText}`}
              onClick={() => onChange("")}
            />
          ),
        })}
      />
      <Slider
        mt={8}
        size="sm"
        {...slider}
        value={withinSlider(value ?? setting, slider)}
        label={(shown) => `${shown}${unitText}`}
        thumbLabel={`${label}, by sliding`}
        onChange={(moved) => onChange(String(moved))}
      />
    </div>
  );
}
